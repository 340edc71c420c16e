/** By what an hour's folder is known to be as it was, without reading it. */
import { stat } from 'node:fs/promises'

/** Of a form of figures that is made otherwise, everything is read again. */
const FORM = 1
/** A clock of a file system counts in steps, and two changes within one leave one time. No file system's step is longer than 2 s. */
const SETTLED_MS = 10_000

/**
 * What a folder is known by: it is another one, or something was added to it, renamed in it or taken from it, where this differs. The
 * time of its last change of any kind is in it, since the time of its content can be set back. Null where it is not there.
 * @param nowMs by the clock of this machine; a folder that has changed a moment ago has none that could be relied on: ''.
 * @throws what the file system says.
 */
export async function stampOf(folder: string, nowMs: number): Promise<string | null> {
  try {
    const { dev, ino, mtimeNs, ctimeNs } = await stat(folder, { bigint: true })
    const changedMs = Number(ctimeNs / 1_000_000n)
    if (changedMs > nowMs - SETTLED_MS) return ''
    return [FORM, dev, ino, mtimeNs, ctimeNs].map((number) => number.toString(36)).join('.')
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    if (code === 'ENOENT' || code === 'ENOTDIR') return null
    throw error
  }
}
