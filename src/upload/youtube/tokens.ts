/** Access tokens of an account: asked for when one is needed, once for all who wait, and before the last one expires. */
import * as t from 'io-ts'
import { isLeft } from 'fp-ts/lib/Either.js'
import { YoutubeError, errorOf } from './errors.js'
import type { Http } from './http.js'

export interface Credentials {
  readonly clientId: string
  readonly clientSecret: string
  readonly refreshToken: string
}

const Granted = t.type({ access_token: t.string, expires_in: t.number })
const Refused = t.intersection([t.type({ error: t.string }), t.partial({ error_description: t.string })])

/** So long before it expires a token is not used any more. */
const MARGIN_MS = 60_000

export class Tokens {
  #token: { readonly text: string; readonly untilMs: number } | undefined
  #asking: Promise<string> | undefined
  /** Revoked: asking again would change nothing until somebody has put others there. */
  #refused: { readonly credentials: Credentials; readonly error: YoutubeError } | undefined

  constructor(
    private readonly http: Http,
    private readonly tokenUrl: string,
    private readonly credentials: () => Promise<Credentials>,
    private readonly nowMs: () => number = () => performance.now(),
  ) {}

  /** A token that is good now. Throws a YoutubeError. */
  async get(): Promise<string> {
    const token = this.#token
    if (token !== undefined && this.nowMs() < token.untilMs) return token.text
    this.#asking ??= this.#ask().finally(() => (this.#asking = undefined))
    return this.#asking
  }

  /** The API has refused this token. */
  discard(text: string): void {
    if (this.#token?.text === text) this.#token = undefined
  }

  async #ask(): Promise<string> {
    const credentials = await this.credentials()
    const { clientId, clientSecret, refreshToken } = credentials
    if (this.#refused?.credentials.refreshToken === refreshToken) throw this.#refused.error
    const form = new URLSearchParams({
      grant_type: 'refresh_token',
      client_id: clientId,
      client_secret: clientSecret,
      refresh_token: refreshToken,
    })
    const answer = await this.http({
      method: 'POST',
      url: this.tokenUrl,
      headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
      body: form.toString(),
    })
    const granted = Granted.decode(answer.body)
    if (answer.status === 200 && !isLeft(granted)) {
      const { access_token: text, expires_in: seconds } = granted.right
      this.#token = { text, untilMs: this.nowMs() + Math.max(0, seconds * 1000 - MARGIN_MS) }
      return text
    }
    const refused = Refused.decode(answer.body)
    if (answer.status >= 400 && answer.status < 500 && !isLeft(refused)) {
      const { error: reason, error_description: why } = refused.right
      const told = [reason, why].filter((part) => part !== undefined).join(': ')
      const said = `Google refuses the account's refresh token (${told}): get a new one`
      const error = new YoutubeError(said, { _tag: 'account' }, answer.status)
      this.#refused = { credentials, error }
      throw error
    }
    throw errorOf('the request for a token', answer)
  }
}
