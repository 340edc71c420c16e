/** OpenID Connect ID tokens: who it is, as an issuer says and signs. */
import { type Either, left, right } from 'fp-ts/lib/Either.js'
import { errors, type JWTPayload, type JWTVerifyResult, jwtVerify } from 'jose'
import { plainEmail } from '../../log/roles.js'
import type { NotSignedIn } from '../person.js'
import { namesOf } from './google.js'
import { issuerKeys, IssuerUnreachable, type KeysOptions } from './issuerKeys.js'

export interface IdTokenOptions extends KeysOptions {
  /** Whom a token has to be made for: client ids. Otherwise any other page that people sign in to could act for them here. */
  readonly audience: readonly string[]
}

/** @returns the e-mail address in lower case. */
export type IdTokens = (token: string) => Promise<Either<NotSignedIn, string>>

/** Those with a public key: with a shared secret (HS256) the issuer's public key itself would do as one. */
const ALGORITHMS = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA']

/** Two machines' clocks may differ by so much. */
const TOLERANCE_SECONDS = 30

export function idTokens(options: IdTokenOptions): IdTokens {
  const keys = issuerKeys(options)
  const issuer = namesOf(options.issuer)
  const audience = [...options.audience]
  return async (token) => {
    try {
      const verified = await jwtVerify(token, keys, {
        algorithms: ALGORITHMS,
        issuer,
        audience,
        clockTolerance: TOLERANCE_SECONDS,
        requiredClaims: ['exp', 'iat'],
      })
      const wrong = wrongIn(verified, audience)
      return wrong === null ? emailOf(verified.payload) : invalid(wrong)
    } catch (error) {
      if (error instanceof IssuerUnreachable)
        return left({ _tag: 'NotSignedIn', reason: 'unreachable', why: error.message })
      if (error instanceof errors.JOSEError) return invalid(saidOf(error))
      throw error
    }
  }
}

const invalid = (why: string): Either<NotSignedIn, never> =>
  left({ _tag: 'NotSignedIn', reason: 'invalid', why: `the ID token ${why}` })

/** What jose does not look at. */
function wrongIn({ payload, protectedHeader }: JWTVerifyResult, audience: readonly string[]): string | null {
  // an access token is given to other servers, each of which could use it here (RFC 9068, 2.1)
  if (!['jwt', undefined].includes(protectedHeader.typ?.toLowerCase())) return 'is a token of another kind'
  if ((payload.iat ?? 0) > Date.now() / 1000 + TOLERANCE_SECONDS) return 'is not valid yet'
  const isForSeveral = Array.isArray(payload.aud) && payload.aud.length > 1
  // OpenID Connect Core 1.0, 3.1.3.7: who asked for it has to be one that we know
  if (isForSeveral && !audience.some((one) => one === payload['azp'])) return 'is for several, and not made for us'
  return null
}

function emailOf({ email, email_verified: verified }: JWTPayload): Either<NotSignedIn, string> {
  if (typeof email !== 'string' || email === '') return invalid('has no e-mail address: ask for the scope "email"')
  // an address that anybody may claim says nothing; some issuers write it as a text
  if (verified !== true && verified !== 'true')
    return invalid('has an e-mail address that its issuer has not verified (email_verified)')
  return right(plainEmail(email))
}

/** Nothing of the token itself. */
function saidOf(error: errors.JOSEError): string {
  if (error instanceof errors.JWTExpired) return 'has expired: sign in again'
  if (error instanceof errors.JWTClaimValidationFailed)
    switch (error.claim) {
      case 'iss':
        return 'is of another issuer than this node trusts (sign_in.issuer)'
      case 'aud':
        return 'is for another audience than this node (sign_in.audience)'
      case 'nbf':
        return 'is not valid yet'
      default:
        return 'lacks a claim that it needs'
    }
  if (error instanceof errors.JWSSignatureVerificationFailed) return 'is not signed by its issuer'
  if (error instanceof errors.JOSEAlgNotAllowed) return 'is signed in a way that is not allowed'
  if (error instanceof errors.JWKSNoMatchingKey) return 'is signed with a key that its issuer does not have'
  return 'is not an ID token'
}
