/** What publishing into a folder asks of the file system, and how its errors are told. */
import { open, readdir, rename, rm, stat, truncate } from 'node:fs/promises'
import { join } from 'node:path'
import { type UploadError, uploadError } from '../backend.js'

export const codeOf = (error: unknown): string | undefined => (error as NodeJS.ErrnoException | undefined)?.code
export const reasonOf = (error: unknown): string => codeOf(error) ?? String(error)
export const isMissing = (error: unknown): boolean => codeOf(error) === 'ENOENT'

/** Of a disk that is busy, full or far away: what failed may succeed later, without anybody changing anything. */
const PASSING = new Set([
  ...['EIO', 'EAGAIN', 'EBUSY', 'EMFILE', 'ENFILE', 'ENOSPC', 'EDQUOT'],
  ...['ESTALE', 'ETIMEDOUT', 'ENOTCONN', 'EHOSTDOWN', 'EHOSTUNREACH'],
])
export const passes = (error: unknown): boolean => PASSING.has(codeOf(error) ?? '')

/** What the promise gives; null where it fails because something is not there. */
export const unlessMissing = <A>(promise: Promise<A>): Promise<A | null> =>
  promise.catch((error: unknown) => (isMissing(error) ? null : Promise.reject(error as Error)))

export const exists = async (path: string): Promise<boolean> => (await unlessMissing(stat(path))) !== null

/** Bytes of a file, or of all files in a folder but those that end with `but`; null where there is neither. */
export async function bytesAt(path: string, but: string): Promise<number | null> {
  const found = await unlessMissing(stat(path))
  if (!found?.isDirectory()) return found?.size ?? null
  const names = (await readdir(path)).filter((name) => !name.endsWith(but))
  const sizes = await Promise.all(names.map(async (name) => (await stat(join(path, name))).size))
  return sizes.reduce((sum, size) => sum + size, 0)
}

/** The disk has its room back; the name stays. */
export async function emptied(path: string): Promise<void> {
  if (!(await stat(path)).isDirectory()) return truncate(path)
  for (const name of await readdir(path)) await rm(join(path, name), { recursive: true, force: true })
}

/** Whether it was there to be renamed. */
export const renamed = async (from: string, to: string): Promise<boolean> =>
  (await unlessMissing(rename(from, to).then(() => true))) ?? false

/** A rename outlasts a power cut only once the folder itself is on the disk. */
export async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r')
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}

export function writeError(path: string, cause: unknown): UploadError {
  const code = codeOf(cause)
  // whatever is to be published next comes upon the same
  const forAll = { trouble: 'unavailable', cause } as const
  if (code === 'ENOSPC' || code === 'EDQUOT')
    return uploadError(`the disk of ${path} is full (${code}): make room there`, true, forAll)
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS')
    return uploadError(
      `the folder ${path} cannot be written to (${code}): give the service's user the right to write there`,
      true,
      forAll,
    )
  if (code === 'ENOENT')
    return uploadError(`what is unfinished in ${path} is gone: the upload was ended elsewhere`, true, { cause })
  return uploadError(`writing into ${path} failed (${reasonOf(cause)})`, true, passes(cause) ? forAll : { cause })
}
