/** Who it is that asks: by ID token, by key, or nobody in particular. */
import { left, right } from 'fp-ts/lib/Either.js'
import { findKey, isKey } from '../../log/keys.js'
import type { Db } from '../../log/database.js'
import { readRoles, rolesIn } from '../../log/roles.js'
import type { SignIn } from '../around.js'
import { roles } from '../person.js'
import type { IdTokenOptions, IdTokens } from './idTokens.js'
import { isJwt } from './jwt.js'

const notSignedIn = (reason: 'none' | 'invalid' | 'role', why: string) =>
  left({ _tag: 'NotSignedIn' as const, reason, why })

const TO_CONFIGURE =
  "nobody can sign in here: set sign_in.audience in this node's configuration, or make a key (reelstate key add)"

export interface SignInOptions {
  readonly db: Db
  /** null where no issuer is configured: then keys alone are good. */
  readonly idTokens: IdTokens | null
  /** As it is shown to who wants to sign in. */
  readonly issuer?: string | null
  readonly readsAreClosed: boolean
}

/** Roles are read each time: whoever has lost one has lost it at once. */
export const signInWith = ({ db, idTokens, issuer = null, readsAreClosed }: SignInOptions): SignIn => ({
  readsAreClosed,
  issuer,
  howTo:
    idTokens === null
      ? TO_CONFIGURE
      : 'sign in first: this needs an ID token or a key, sent as "Authorization: Bearer …"',
  async identify(credential) {
    if (credential === null) return right(null)
    if (isKey(credential)) {
      const key = await findKey(db, credential)
      if (key === null) return notSignedIn('invalid', 'there is no such key')
      if (key.revoked_at !== null) return notSignedIn('invalid', `the key ${key.name} is revoked`)
      return right({ actor: `key ${key.name}`, roles: new Set(rolesIn(key)) })
    }
    if (!isJwt(credential)) return notSignedIn('invalid', 'what came is neither an ID token nor a key')
    if (idTokens === null) return notSignedIn('none', TO_CONFIGURE)
    const email = await idTokens(credential)
    if (email._tag === 'Left') return email
    const known = await readRoles(db, email.right)
    if (known === null)
      return notSignedIn('role', `${email.right} is signed in, but may do nothing here: an operator has to give a role`)
    return right({ actor: email.right, roles: new Set(rolesIn(known)) })
  },
})

/** Whose ID tokens are good, and whether only who is known may read. */
export interface Trusted extends IdTokenOptions {
  readonly readsAreClosed: boolean
}

/** What checks tokens takes time to load, and is needed only where somebody is trusted. */
export async function signInBy(db: Db, trusted: Trusted | null): Promise<SignIn> {
  if (trusted === null) return signInWith({ db, idTokens: null, readsAreClosed: false })
  const { idTokens } = await import('./idTokens.js')
  const { issuer, readsAreClosed } = trusted
  return signInWith({ db, idTokens: idTokens(trusted), issuer, readsAreClosed })
}

/** For a machine that only its owner reaches: whoever asks may do everything, and stands in the log under the name that wubloader has for it. */
export const withoutSignIn: SignIn = {
  readsAreClosed: false,
  takesAnybody: true,
  identify: async () => right({ actor: 'NOT_AUTH', roles: new Set(roles) }),
}

/** Nobody can sign in, so nobody can write. */
export const noSignIn: SignIn = {
  readsAreClosed: false,
  howTo: TO_CONFIGURE,
  identify: async (credential) => (credential === null ? right(null) : notSignedIn('none', TO_CONFIGURE)),
}
