/** A segment on its way onto the disk: under its own name it is there whole and checked, or not at all. */
import { createHash, randomUUID } from 'node:crypto'
import { type FileHandle, mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { noteOrigin } from './origins.js'
import { type Peer, PeerFailure } from './peer.js'

/** Hidden, so that nobody lists or serves it. */
const PREFIX = '.arriving-'
/** One that comes is written to all the time: what nobody has written to for so long was left by a crash. */
const LEFT_OVER_MS = 15 * 60_000

export interface Arrived {
  readonly bytes: number
  /** Gives it its name, by which it is found. Throws where the disk refuses. */
  keep(): Promise<void>
  discard(): Promise<void>
}

/**
 * Writes what `pieces` has beside the place where it shall be, and checks it. Throws a PeerFailure where it is not what its name says,
 * what `pieces` throws, and what the disk says; nothing stays then.
 *
 * @param folder of its hour; it is made where it isn't there
 * @param hash unpadded url-safe base64 SHA-256 of the content
 */
export async function arrive(
  pieces: AsyncIterable<Buffer>,
  { folder, name, hash, peer }: { folder: string; name: string; hash: string; peer: Peer },
): Promise<Arrived> {
  await mkdir(folder, { recursive: true })
  const path = join(folder, `${PREFIX}${randomUUID()}`)
  const discard = () => rm(path, { force: true })
  try {
    const file = await open(path, 'wx')
    const bytes = await written(file, pieces, hash, peer).finally(() => file.close())
    return {
      bytes,
      discard,
      async keep() {
        try {
          await noteOrigin(folder, name, peer.name)
          await rename(path, join(folder, name))
          await syncFolder(folder)
        } catch (error) {
          await discard().catch(() => undefined)
          throw error
        }
      },
    }
  } catch (error) {
    // a full disk: the part that was written must not stay
    await discard().catch(() => undefined)
    throw error
  }
}

async function written(file: FileHandle, pieces: AsyncIterable<Buffer>, hash: string, peer: Peer): Promise<number> {
  const content = createHash('sha256')
  let bytes = 0
  for await (const piece of pieces) {
    content.update(piece)
    await file.writeFile(piece)
    bytes += piece.length
  }
  if (content.digest('base64url') !== hash) {
    throw new PeerFailure(peer, 'what it sent is not what the hash in the name says', 'file')
  }
  await file.sync()
  return bytes
}

/** Removes from the folder of an hour what a crash has left there. */
export async function sweepLeftOvers(folder: string, nowMs: number): Promise<void> {
  const names = await readdir(folder).catch(() => [])
  for (const name of names.filter((one) => one.startsWith(PREFIX))) {
    const path = join(folder, name)
    const writtenMs = await stat(path).then(
      ({ mtimeMs }) => mtimeMs,
      () => nowMs,
    )
    if (nowMs - writtenMs > LEFT_OVER_MS) await rm(path, { force: true }).catch(() => undefined)
  }
}

/** Makes a rename outlive a power cut. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
