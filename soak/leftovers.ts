/** What soaks that were killed have left behind: folders, and small disks in them. */
import { mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { leftBehind, ownPrefix } from '../spec/support/leftovers.js'
import { SmallDisk } from '../spec/support/smallDisk.js'

const PREFIX = 'reelstate-soak-'

/** A temporary folder of this process. */
export const ownFolder = (): Promise<string> => mkdtemp(ownPrefix(PREFIX))

export async function removeLeftovers(): Promise<void> {
  for (const folder of await leftBehind(PREFIX)) {
    await SmallDisk.unmount(join(folder, 'small'))
    await rm(folder, { recursive: true, force: true, maxRetries: 5 }).catch(() => undefined)
  }
}
