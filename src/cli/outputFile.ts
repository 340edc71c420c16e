import { randomUUID } from 'node:crypto'
import { open, rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { Failure } from './failure.js'

/**
 * Writes to `output`, which is a file or `-`, standard output. The file is there whole, or not at all.
 * @throws Failure where it cannot be written. What `chunks` throws is given on as it is.
 */
export async function writeOutput(output: string, chunks: AsyncIterable<Buffer> | Iterable<Buffer>): Promise<void> {
  if (output === '-') return pipeline(Readable.from(chunks, { objectMode: false }), process.stdout, { end: false })
  const unfinished = join(dirname(output), `.${basename(output)}.${randomUUID()}.part`)
  // No pipeline here: it throws the file's failure into `chunks` as well, and whose it was is then a matter of luck.
  const file = await writing(output, open(unfinished, 'wx'))
  try {
    try {
      for await (const chunk of chunks) await writing(output, file.appendFile(chunk))
      await writing(output, file.sync())
    } finally {
      await file.close()
    }
    await writing(output, rename(unfinished, output))
  } catch (error) {
    await rm(unfinished, { force: true })
    throw error
  }
}

/** The name of what is unfinished would tell nobody anything: `output` is named in its place. */
async function writing<A>(output: string, step: Promise<A>): Promise<A> {
  try {
    return await step
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === undefined) throw error
    const why = remedies[code] ?? (error instanceof Error ? error.message : code)
    throw new Failure(`cannot write ${output}: ${why} (${code})`)
  }
}

const remedies: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full: make room there',
  EDQUOT: 'the disk is full for this user: make room there',
  ENOENT: 'there is no such folder',
  ENOTDIR: 'there is no such folder',
  EISDIR: 'that is a folder',
  EACCES: 'this user may not write there',
  EPERM: 'this user may not write there',
  EROFS: 'the disk can only be read',
}
