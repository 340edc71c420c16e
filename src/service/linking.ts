/** Videos whose location no node claims: each is told what it waits for, so that a person sees it. */
import type { Surroundings } from '../effects/location.js'
import { act } from '../log/act.js'
import type { Db } from '../log/database.js'
import { unwarned } from '../log/work.js'
import { sweepMs } from './loop.js'

/** One round of the loop. @returns when to look again, in milliseconds. */
export async function askForLinks(db: Db, { node, locations }: Surroundings, stopping: AbortSignal): Promise<number> {
  const names = [...locations.values()].filter(({ byHand }) => byHand).map(({ name }) => name)
  if (names.length === 0) return sweepMs
  for (const { id, version, context } of await unwarned(db, names, 'link')) {
    if (stopping.aborted) break
    const message = `waits for a link: upload it to ${context.edit.upload_location} yourself, then \`reelstate link ${id} URL\``
    // refused where another node was faster, or the video has moved on
    await act(db, id, { type: 'Warned', data: () => ({ kind: 'link', message }), by: { node }, expected: version })
  }
  return sweepMs
}
