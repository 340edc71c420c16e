import { randomUUID } from 'node:crypto'
import { type FileHandle, mkdir, open, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { CutError } from './cut.js'
import { type FfmpegOptions, type FfmpegRun, ffmpegOutput } from './ffmpeg.js'
import { type FfmpegCommandLine, ffmpegArguments } from './ffmpegArguments.js'

const CHUNK_BYTES = 1 << 20

/**
 * What ffmpeg makes in a file, because its beginning is written last: the bytes of the finished file. The file is in `folder`, and
 * is gone when the iterable ends, throws, or is left early. Throws as ffmpegOutput, and another Error where
 * the disk is full or can't be read or written.
 */
export async function* wholeFile(
  line: FfmpegCommandLine,
  inputs: FfmpegRun['inputs'],
  folder: string,
  options: FfmpegOptions,
): AsyncGenerator<Buffer, void, undefined> {
  await mkdir(folder, { recursive: true })
  const file = join(folder, `cut-${randomUUID()}`)
  try {
    // nothing comes out of the pipe
    const run = { args: ffmpegArguments({ ...line, file }), inputs }
    try {
      for await (const chunk of ffmpegOutput(run, options)) void chunk
    } catch (error) {
      // another time there may be room, so this is no error of the cut
      if (error instanceof CutError && /No space left on device/.test(error.message))
        throw new Error(`the disk of ${folder} is full: make room there`, { cause: error })
      throw error
    }
    const handle = await open(file)
    try {
      // from here on a crash leaves nothing behind
      await rm(file)
      yield* bytesOf(handle, options.signal)
    } finally {
      await handle.close()
    }
  } finally {
    await rm(file, { force: true })
  }
}

async function* bytesOf(handle: FileHandle, signal: AbortSignal): AsyncGenerator<Buffer, void, undefined> {
  for (;;) {
    signal.throwIfAborted()
    const { bytesRead, buffer } = await handle.read(Buffer.allocUnsafeSlow(CHUNK_BYTES), 0, CHUNK_BYTES, null)
    if (bytesRead === 0) return
    yield buffer.subarray(0, bytesRead)
  }
}
