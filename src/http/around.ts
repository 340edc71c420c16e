/** What the routes work with: given to each of them, so that their declarations need no server. */
import type { Either } from 'fp-ts/lib/Either.js'
import type { Hand } from '../log/byHand.js'
import type { Db } from '../log/database.js'
import type { QuotaStanding } from '../log/quota.js'
import type { Editing } from './editing.js'
import type { HourListings } from '../segments/hourListings.js'
import type { Playlists } from '../segments/hls/playlists.js'
import type { Metrics } from '../observe/metrics/metrics.js'
import type { Broadcast } from './broadcast.js'
import type { Feed } from './feed.js'
import type { FfmpegTurns } from './ffmpegTurns.js'
import type { NotSignedIn, Person } from './person.js'

/** Each a line without secrets. */
export interface Health {
  /** Why the node is not well; null while it is. */
  readonly reason: string | null
  /** What somebody should look at, though the node does its work. */
  readonly warnings: readonly string[]
}

/** Something that the node needs for its work. */
export interface Check {
  readonly what: 'database' | 'ffmpeg' | 'segments' | 'temporary' | 'loops'
  /** What is wrong with it, without secrets; null where nothing is. */
  readonly reason: string | null
}

/** Who it is that asks. */
export interface SignIn {
  /** Whether only those who are signed in may read. */
  readonly readsAreClosed: boolean
  /** What somebody is told who sends nothing and would have to. */
  readonly howTo?: string
  /** Whose ID tokens are good; null, or left out: nobody's. */
  readonly issuer?: string | null
  /** Whether whoever asks may write, without any credential. */
  readonly takesAnybody?: boolean
  /** @param credential an ID token or an API key; null where none came. Right null: nobody in particular. */
  readonly identify: (credential: string | null) => Promise<Either<NotSignedIn, Person | null>>
}

export interface Around {
  readonly db: Db
  /** The node's name. */
  readonly node: string
  readonly version: string
  /** The folder of channels. */
  readonly segments: string
  /** For files that are gone when the answer is. */
  readonly temporary: string
  readonly feed: Feed
  /** Sends what the feed has to whoever listens. */
  readonly broadcast: Broadcast
  readonly heartbeatMs: number
  readonly health: () => Promise<Health>
  /** Whether it can work; never takes long, however often it is asked. */
  readonly ready: () => Promise<readonly Check[]>
  readonly metrics: Metrics
  readonly signIn: SignIn
  /** How much of their quota the accounts of this node's configuration have used today. */
  readonly quota: () => Promise<readonly QuotaStanding[]>
  /** What editors begin with, and what is put around what they write. */
  readonly editing: Editing
  /** Some of the videos are made up. */
  readonly isDemo: boolean
  /** Of whoever needs an ffmpeg. */
  readonly turns: FfmpegTurns
  /** What is in the folders of channels, as it was last seen. */
  readonly listings: HourListings
  readonly playlists: Playlists
  /** Hides an orphan at its destination. */
  readonly unlist: Hand['unlist']
}
