/** Twelve seconds of a numbered stream that is served, with a hole in a second quality. */
import { cp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Around } from '../../../src/http/around.js'
import { listHour } from '../../../src/segments/store.js'
import { type FootageServer, serveFootage } from '../../support/footageServer.js'
import { NumberedRecording } from '../../support/numberedCut.js'
import { temporaryFolder } from '../../segments/temporaryFolder.js'

export interface ServedFootage extends AsyncDisposable {
  readonly folder: string
  readonly recording: NumberedRecording
  readonly server: FootageServer
  get(path: string, init?: RequestInit): Promise<Response>
  /** The status of an answer, and what it says. */
  told(path: string, init?: RequestInit): Promise<readonly [status: number, text: string]>
}

/** Such as `2026-01-01T12:00:01.500`, of seconds of the recording. */
export const at = (seconds: number): string => new Date(T0 + seconds * 1000).toISOString().slice(0, -1)

const T0 = Date.UTC(2026, 0, 1, 12)

export async function servedFootage(own: Partial<Around> = {}, seconds = 12): Promise<ServedFootage> {
  const { path: folder, remove } = await temporaryFolder()
  const recording = await NumberedRecording.make(folder, { name: 'usual', stream: { seconds } })
  const { root } = recording
  // `holey` lacks the segment around the fifth second
  await cp(join(root, 'camera/source'), join(root, 'camera/holey'), { recursive: true })
  const third = (await listHour(root, 'camera', 'holey', '2026-01-01T12'))[2]
  if (third !== undefined) await rm(third.path)
  const server = await serveFootage(root, { temporary: folder, ...own })
  const get = (to: string, init: RequestInit = {}) => fetch(server.url + to, init)
  return {
    ...{ folder, recording, server, get },
    async told(to, init) {
      const answer = await get(to, init)
      return [answer.status, (await answer.text()).trim()]
    },
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]()
      await remove()
    },
  }
}
