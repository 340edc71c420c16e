/** Of which hours there is footage, by the names of folders. */
import { listChannels, listHours, listQualities } from '../store.js'

/** Messages of viewers, kept beside the footage. */
const CHAT = 'chat'

export interface Recorded {
  readonly channel: string
  readonly quality: string
  /** In order of time. */
  readonly hours: readonly string[]
}

export interface Listed {
  readonly recorded: readonly Recorded[]
  /** What the disk would not tell: of these nothing is known, neither that it is there nor that it is gone. */
  readonly unreadable: readonly Unreadable[]
}

export interface Unreadable {
  readonly channel: string
  /** Null: none of the channel's. */
  readonly quality: string | null
  readonly reason: string
}

/** @throws what the file system says of the folder of channels itself. */
export async function listRecorded(root: string): Promise<Listed> {
  const recorded: Recorded[] = []
  const unreadable: Unreadable[] = []
  for (const channel of await listChannels(root)) {
    const qualities = await told(listQualities(root, channel))
    if (typeof qualities === 'string') {
      unreadable.push({ channel, quality: null, reason: qualities })
      continue
    }
    for (const quality of qualities.filter((name) => name !== CHAT)) {
      const hours = await told(listHours(root, channel, quality))
      if (typeof hours === 'string') unreadable.push({ channel, quality, reason: hours })
      // a folder beside the qualities that has no hours is none of them
      else if (hours.length > 0) recorded.push({ channel, quality, hours })
    }
  }
  return { recorded, unreadable }
}

/** Or why not, in the file system's words. */
const told = (names: Promise<string[]>): Promise<string[] | string> => names.catch(whyUnreadable)

/** @throws what is no failure of the file system. */
export function whyUnreadable(error: unknown): string {
  if (error instanceof Error && 'syscall' in error) return error.message
  throw error
}
