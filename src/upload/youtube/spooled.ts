/** Kept in a file until all is there, and sent then: in chunks that say from the first how many bytes there are. */
import { type FileHandle, mkdir, open, rm } from 'node:fs/promises'
import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import type { Resumable } from './resumable.js'
import type { Sending } from './sending.js'

const READ_BYTES = 1 << 20

export class Spooled implements Sending {
  #file: FileHandle | undefined
  #sending: Resumable | undefined
  taken = 0

  constructor(
    private readonly folder: string,
    /** An upload of so many bytes to the session. */
    private readonly begin: (total: number) => Resumable,
  ) {}

  async send(chunk: Buffer, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted()
    const file = await this.#opened()
    // a disk that becomes full takes a part of it, and says no more than how much that was
    for (let at = 0; at < chunk.length;)
      at += (await file.write(chunk, at, chunk.length - at, this.taken + at)).bytesWritten
    this.taken += chunk.length
  }

  async finish(last: Buffer, signal: AbortSignal): Promise<unknown> {
    const spooled = this.taken
    this.taken += last.length
    const sending = (this.#sending = this.begin(this.taken))
    for (let at = 0; at < spooled;) {
      const { bytesRead, buffer } = await (
        await this.#opened()
      ).read({
        buffer: Buffer.allocUnsafe(Math.min(READ_BYTES, spooled - at)),
        position: at,
      })
      if (bytesRead === 0) throw new Error('the spooled file is shorter than what was written')
      await sending.send(buffer.subarray(0, bytesRead), signal)
      at += bytesRead
    }
    return sending.finish(last, signal)
  }

  async close(): Promise<void> {
    await this.#sending?.close()
    await this.#file?.close()
    this.#file = undefined
  }

  async #opened(): Promise<FileHandle> {
    if (this.#file !== undefined) return this.#file
    await mkdir(this.folder, { recursive: true })
    const path = join(this.folder, `${randomUUID()}.spool`)
    this.#file = await open(path, 'wx+')
    // it has no name from here on, so that it is gone with its process, whatever ends that
    await rm(path)
    return this.#file
  }
}
