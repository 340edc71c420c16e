import { type FileHandle, open } from 'node:fs/promises'
import type { Segment } from '../segments/segment.js'
import { segmentError } from './cut.js'

const CHUNK_BYTES = 1 << 20

/**
 * The bytes of a segment's file, a megabyte at a time, each chunk a buffer of its own. Throws a CutError that names the
 * segment where it has vanished, is empty or can't be read, and the reason of an aborted signal.
 */
export async function* segmentBytes(segment: Segment, signal: AbortSignal): AsyncGenerator<Buffer, void, undefined> {
  const file = await opened(segment)
  try {
    let bytes = 0
    for (;;) {
      signal.throwIfAborted()
      const chunk = Buffer.allocUnsafe(CHUNK_BYTES)
      const { bytesRead } = await file.read(chunk, 0, CHUNK_BYTES).catch((cause: unknown) => {
        throw segmentError(segment, `it can't be read: ${reasonOf(cause)}`, cause)
      })
      if (bytesRead === 0) break
      bytes += bytesRead
      yield chunk.subarray(0, bytesRead)
    }
    if (bytes === 0) throw segmentError(segment, 'the file is empty')
  } finally {
    await file.close()
  }
}

async function opened(segment: Segment): Promise<FileHandle> {
  try {
    return await open(segment.path)
  } catch (cause) {
    const gone = cause instanceof Error && 'code' in cause && cause.code === 'ENOENT'
    throw segmentError(segment, gone ? 'the file has vanished' : `it can't be opened: ${reasonOf(cause)}`, cause)
  }
}

function reasonOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause)
}
