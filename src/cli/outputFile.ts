import { randomUUID } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'

/** Writes to `output`, which is a file or `-`, standard output. The file is there whole, or not at all. */
export async function writeOutput(output: string, chunks: AsyncIterable<Buffer> | Iterable<Buffer>): Promise<void> {
  if (output === '-') return pipeline(Readable.from(chunks, { objectMode: false }), process.stdout, { end: false })
  const unfinished = join(dirname(output), `.${basename(output)}.${randomUUID()}.part`)
  try {
    await pipeline(
      Readable.from(chunks, { objectMode: false }),
      createWriteStream(unfinished, { flags: 'wx', flush: true }),
    )
    await rename(unfinished, output)
  } catch (error) {
    await rm(unfinished, { force: true })
    throw error
  }
}
