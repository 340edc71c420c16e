/** Who asks: a person, or a script with a key. */

export const roles = ['editor', 'artist', 'operator'] as const
export type Role = (typeof roles)[number]

export interface Person {
  /** As the log knows them. */
  readonly actor: string
  readonly roles: ReadonlySet<Role>
}

/** What came with a request does not say who asks: 401; or who it is may not do that: 403. */
export interface NotSignedIn {
  readonly _tag: 'NotSignedIn'
  readonly status: 401 | 403
  readonly why: string
}
