/** Who asks: a person, or a script with a key. */
import type { Role } from '../log/roles.js'

export { type Role, roles } from '../log/roles.js'

export interface Person {
  /** As the log knows them. */
  readonly actor: string
  /** With none of them somebody may only read, also where reading is closed. */
  readonly roles: ReadonlySet<Role>
}

export interface NotSignedIn {
  readonly _tag: 'NotSignedIn'
  /**
   * `none`: nothing came that says who asks; `invalid`: what came does not say so, or not any more; `role`: who it is may not do that;
   * `unreachable`: it can't be found out now.
   */
  readonly reason: 'none' | 'invalid' | 'role' | 'unreachable'
  /** Without anything of the credential. */
  readonly why: string
}
