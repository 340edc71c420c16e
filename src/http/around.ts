/** What the routes work with: given to each of them, so that their declarations need no server. */
import type { Either } from 'fp-ts/lib/Either.js'
import type { Db } from '../log/database.js'
import type { Feed } from './feed.js'
import type { NotSignedIn, Person } from './person.js'

/** Each a line without secrets. */
export interface Health {
  /** Why the node is not well; null while it is. */
  readonly reason: string | null
  /** What somebody should look at, though the node does its work. */
  readonly warnings: readonly string[]
}

/** Who it is that asks. */
export interface SignIn {
  /** Whether only those who are signed in may read. */
  readonly readsAreClosed: boolean
  /** @param credential an ID token or an API key; null where none came. Right null: nobody in particular. */
  readonly identify: (credential: string | null) => Promise<Either<NotSignedIn, Person | null>>
}

export interface Around {
  readonly db: Db
  /** The node's name. */
  readonly node: string
  readonly version: string
  /** When the stream began by whose time people speak of it, in UTC; null where nobody has said so. */
  readonly streamStart: string | null
  /** The folder of channels. */
  readonly segments: string
  /** For files that are gone when the answer is. */
  readonly temporary: string
  readonly feed: Feed
  readonly heartbeatMs: number
  readonly health: () => Promise<Health>
  readonly signIn: SignIn
}
