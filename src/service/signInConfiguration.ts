/** The part `sign_in` of a configuration: whose ID tokens are accepted, and whether reading is closed. */
import * as t from 'io-ts'
import { NonEmpty } from '../../machines/codecs.js'
import type { FieldProblem } from '../../machines/problems.js'
import { GOOGLE } from '../http/signIn/google.js'
import { isTrustworthy } from '../http/signIn/trustworthy.js'

const Reads = t.keyof({ open: null, closed: null }, 'open or closed')

const isText = (u: unknown): u is string => typeof u === 'string' && u !== ''
const isAudience = (u: unknown): u is string | string[] =>
  isText(u) || (Array.isArray(u) && u.length > 0 && u.every(isText))
const Audience = new t.Type<string | string[], string | string[], unknown>(
  'the client id for which tokens are made, such as 1234.apps.googleusercontent.com, or a list of them',
  isAudience,
  (u, context) => (isAudience(u) ? t.success(u) : t.failure(u, context)),
  (all) => all,
)

const fields = { issuer: NonEmpty, keys_url: NonEmpty, reads: Reads }
export const knownOfSignIn = ['audience', ...Object.keys(fields)]
export const SignInFile = t.intersection(
  [t.type({ audience: Audience }), t.partial(fields)],
  'an object with an audience',
)
type SignInFile = t.TypeOf<typeof SignInFile>

export interface SignInConfiguration {
  readonly issuer: string
  readonly audience: readonly string[]
  /** null: as the issuer describes itself. */
  readonly keysUrl: string | null
  readonly readsAreClosed: boolean
}

const ADDRESS = 'an address that begins with https://, without user and password (http:// on this machine alone)'

/** What no codec sees. Nothing of an address is repeated: it may hold a password. */
export const signInProblems = ({ sign_in: read }: { readonly sign_in?: SignInFile }): FieldProblem[] =>
  read === undefined
    ? []
    : Object.entries({ issuer: issuerOf(read), keys_url: read.keys_url }).flatMap(([field, address]) =>
        address === undefined || isTrustworthy(address)
          ? []
          : [{ field: `sign_in.${field}`, found: 'something else', allowed: ADDRESS }],
      )

/** null: nobody can sign in with an ID token. */
export const signInOf = (read: SignInFile | undefined): SignInConfiguration | null =>
  read === undefined
    ? null
    : {
        issuer: issuerOf(read),
        audience: [read.audience].flat(),
        keysUrl: read.keys_url ?? null,
        readsAreClosed: read.reads === 'closed',
      }

/** Google's tokens name it in two ways. */
const issuerOf = ({ issuer = GOOGLE }: SignInFile): string => (issuer === 'accounts.google.com' ? GOOGLE : issuer)
