/**
 * The public keys with which an issuer signs. They are fetched when they are first needed and again every ten minutes. While the issuer
 * can't be reached, those that it last had are good for a day; longer than that nobody knows whether it has given one up.
 */
import {
  createRemoteJWKSet,
  errors,
  type CryptoKey,
  type FlattenedJWSInput,
  type JWSHeaderParameters,
  type RemoteJWKSet,
} from 'jose'
import { isTrustworthy } from './trustworthy.js'

/** Thrown where it can't be found out which keys an issuer has. */
export class IssuerUnreachable extends Error {
  override readonly name = 'IssuerUnreachable'
}

export interface KeysOptions {
  readonly issuer: string
  /** null: as the issuer's own description says (OpenID Connect Discovery 1.0). */
  readonly keysUrl: string | null
  /** After a fetch, so long no other is begun because of a token that names an unknown key. Default 30 s. */
  readonly cooldownMs?: number
  /** Default ten minutes. */
  readonly againMs?: number
  /** Default a day. */
  readonly keepMs?: number
}

export type IssuerKeys = (header?: JWSHeaderParameters, token?: FlattenedJWSInput) => Promise<CryptoKey>

const TIMEOUT_MS = 5_000
/** After a vain attempt, for as long as there are keys to go on with. */
const REST_MS = 30_000

/** A key of the issuer's. Throws IssuerUnreachable, and jose's error where the token names none that the issuer has. */
export function issuerKeys(options: KeysOptions): IssuerKeys {
  const { cooldownMs = 30_000, againMs = 600_000, keepMs = 86_400_000 } = options
  let opening: Promise<RemoteJWKSet> | undefined
  let fetchedMs = -Infinity
  let triedMs = -Infinity

  const opened = (): Promise<RemoteJWKSet> =>
    (opening ??= addressOfKeys(options)
      .then((url) =>
        // how old they may be is decided here: jose would forget what it has as soon as it is old
        createRemoteJWKSet(url, { cacheMaxAge: Infinity, cooldownDuration: cooldownMs, timeoutDuration: TIMEOUT_MS }),
      )
      .catch((error: unknown) => {
        opening = undefined
        throw error
      }))

  const refresh = async (set: RemoteJWKSet): Promise<void> => {
    const nowMs = performance.now()
    const isEmpty = set.jwks() === undefined
    if (!isEmpty && (nowMs < fetchedMs + againMs || nowMs < triedMs + REST_MS)) return
    triedMs = nowMs
    try {
      await set.reload()
      fetchedMs = performance.now()
    } catch (error) {
      if (isEmpty || nowMs > fetchedMs + keepMs) throw unreachable(options.issuer, error)
    }
  }

  return async (header, token) => {
    const set = await opened()
    await refresh(set)
    if (performance.now() > fetchedMs + keepMs) throw unreachable(options.issuer, 'its keys are too old')
    try {
      return await set(header, token)
    } catch (error) {
      const isOfToken =
        error instanceof errors.JWKSNoMatchingKey ||
        error instanceof errors.JWKSMultipleMatchingKeys ||
        error instanceof errors.JOSENotSupported
      throw isOfToken ? error : unreachable(options.issuer, error)
    }
  }
}

const unreachable = (issuer: string, cause: unknown): IssuerUnreachable =>
  new IssuerUnreachable(`${issuer} can't be asked for its keys now: try again`, { cause })

async function addressOfKeys({ issuer, keysUrl }: KeysOptions): Promise<URL> {
  if (keysUrl !== null) return new URL(keysUrl)
  const address = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`
  const description = await described(address, issuer)
  const { issuer: named, jwks_uri: keys } = description
  if (named !== issuer) throw new IssuerUnreachable(`${address} describes another issuer than ${issuer}`)
  if (typeof keys !== 'string' || !isTrustworthy(keys))
    throw new IssuerUnreachable(`${address} does not say at which https address its keys are`)
  return new URL(keys)
}

async function described(address: string, issuer: string): Promise<Readonly<Record<string, unknown>>> {
  try {
    const response = await fetch(address, {
      headers: { accept: 'application/json' },
      redirect: 'error',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    })
    const body: unknown = response.ok ? await response.json() : null
    if (typeof body === 'object' && body !== null) return body as Readonly<Record<string, unknown>>
  } catch (error) {
    throw unreachable(issuer, error)
  }
  throw unreachable(issuer, 'it does not describe itself')
}
