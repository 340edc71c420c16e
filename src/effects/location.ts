/** A destination as this node's configuration names it, and how to cut for it. */
import type { CutSettings } from '../cut/cutting.js'
import type { PublishedCutType } from '../cut/files.js'
import type { Backend } from '../upload/backend.js'
import type { Waiting } from './persist.js'

export interface Location {
  readonly name: string
  readonly type: string
  /** Whose it is at the destination; null where that knows no accounts. */
  readonly account: string | null
  /** Whatever an edit says, nothing of it is listed. */
  readonly unlistedOnly: boolean
  /** Of every video, beside those of its edit. */
  readonly tags: readonly string[]
  readonly cut: PublishedCutType
  readonly encoding: CutSettings
  /** People upload there themselves and give the link: no node claims its videos. */
  readonly byHand?: boolean
  /** How the name of a file of it ends: `ts`. */
  readonly extension: string
  /** Attempts that count, until the video is given up as FAILED. */
  readonly attemptsLimit: number
  readonly backend: Backend
}

/** What every effect works with. */
export interface Surroundings {
  readonly node: string
  /** It takes only videos whose edit names it. */
  readonly onlyNamed: boolean
  readonly segmentsRoot: string
  /** Where files may lie that are gone when a cut is over. */
  readonly temporaryFolder: string
  readonly locations: ReadonlyMap<string, Location>
  /** A number in [0, 1), for the jitter of retries. */
  readonly random: () => number
  /** How long an upload waits, before it finalizes, for a database that is away. */
  readonly databaseGraceMs: number
  /** Told while one waits for it. */
  readonly waiting?: Waiting
}

/** When to try again after `attempts` attempts that counted: 5 s, doubled each time, at most 10 minutes, give or take a fifth. */
export function backoffMs(attempts: number, random: () => number): number {
  const plainMs = Math.min(600_000, 5_000 * 2 ** attempts)
  return Math.round(plainMs * (0.8 + 0.4 * random()))
}
