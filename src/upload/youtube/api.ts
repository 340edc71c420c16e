/** Requests to the YouTube Data API in the name of an account. */
import { YoutubeError, errorOf } from './errors.js'
import { type Http, type HttpAnswer, type HttpRequest, openHttp } from './http.js'
import { costOf, type OnCall } from './quota.js'
import { type Credentials, Tokens } from './tokens.js'

export class Api {
  constructor(
    private readonly http: Http,
    private readonly tokens: Tokens,
    /** Such as `https://www.googleapis.com`. */
    readonly root: string,
    private readonly onCall: OnCall = () => undefined,
  ) {}

  /** Any answer but 401, for which a new token is asked for, once. Throws a YoutubeError. */
  async answer(request: HttpRequest): Promise<HttpAnswer> {
    const first = await this.#signed(request)
    return first.status === 401 ? this.#signed(request) : first
  }

  /** The answer where it is a success. Throws a YoutubeError; `doing` is for people. */
  async call(doing: string, request: HttpRequest): Promise<HttpAnswer> {
    const answer = await this.answer(request)
    if (answer.status >= 200 && answer.status < 300) return answer
    throw errorOf(doing, answer)
  }

  async #signed(request: HttpRequest): Promise<HttpAnswer> {
    const token = await this.tokens.get()
    let answer: HttpAnswer | undefined
    try {
      answer = await this.http({ ...request, headers: { ...request.headers, Authorization: `Bearer ${token}` } })
    } finally {
      // also what is refused, or never answered, may have been charged; not so where it is not known to whom
      const cost = answer?.status === 401 ? null : costOf(request)
      if (cost) this.onCall(cost.method, cost.units)
    }
    if (answer.status === 401) this.tokens.discard(token)
    return answer
  }
}

export interface ApiOptions {
  readonly root?: string
  readonly tokenUrl?: string
  readonly onCall?: OnCall
}

const STALL_SECONDS = 60

/** The API in the name of whoever `credentials` are: read anew whenever a token is needed. */
export function openApi(credentials: () => Promise<Credentials>, options: ApiOptions = {}): Api {
  const { root = 'https://www.googleapis.com', tokenUrl = 'https://oauth2.googleapis.com/token' } = options
  const http = openHttp(STALL_SECONDS)
  return new Api(http, new Tokens(http, tokenUrl, credentials), root, options.onCall)
}

/** Whatever was thrown, as an error of YouTube; another bug is not caught. */
export function youtubeErrorOf(error: unknown): YoutubeError {
  if (error instanceof YoutubeError) return error
  throw error
}
