/** Who may do what, where nothing else is configured: everybody everything, or everybody only read. */
import { left, right } from 'fp-ts/lib/Either.js'
import type { SignIn } from '../around.js'
import { roles } from '../person.js'

/** For a machine that only its owner reaches: whoever asks may do everything, and stands in the log under the name that wubloader has for it. */
export const withoutSignIn: SignIn = {
  readsAreClosed: false,
  identify: async () => right({ actor: 'NOT_AUTH', roles: new Set(roles) }),
}

/** Nobody can sign in, so nobody can write. */
export const noSignIn: SignIn = {
  readsAreClosed: false,
  identify: async (credential) =>
    credential === null
      ? right(null)
      : left({ _tag: 'NotSignedIn', status: 401, why: 'this node is not configured for anybody to sign in' }),
}
