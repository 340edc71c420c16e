import { statfs } from 'node:fs/promises'
import { dirname } from 'node:path'

/** What the disk has left beside what must stay free: what is being written counts as written. */
export class Room {
  #promised = 0

  constructor(private readonly keepFreeBytes: number) {}

  /**
   * Takes room for at most `bytes` on the disk of `folder`, which need not be there yet. Returns what gives it back once they are
   * written or not needed; null where there is not enough. Throws where the disk can't be asked.
   */
  async take(folder: string, bytes: number): Promise<(() => void) | null> {
    const free = await freeBytes(folder)
    if (free - this.#promised - bytes < this.keepFreeBytes) return null
    this.#promised += bytes
    let held = true
    return () => {
      if (held) this.#promised -= bytes
      held = false
    }
  }
}

async function freeBytes(folder: string): Promise<number> {
  try {
    const { bavail, bsize } = await statfs(folder)
    return bavail * bsize
  } catch (error) {
    const isMissing = error instanceof Error && 'code' in error && error.code === 'ENOENT'
    if (!isMissing || dirname(folder) === folder) throw error
    return freeBytes(dirname(folder))
  }
}
