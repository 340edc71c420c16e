/** What an answer of the YouTube Data API that is no success asks for. */
import * as t from 'io-ts'
import { isLeft } from 'fp-ts/lib/Either.js'
import type { Trouble } from '../../../machines/locationEvents.js'
import type { HttpAnswer } from './http.js'

/**
 * Who has to do what. `backOff` is the same again later, `startOver` a new upload, `pause` the whole account for a while,
 * `account` until a person has done something about it. */
export type Reaction =
  | { readonly _tag: 'backOff' }
  | { readonly _tag: 'startOver' }
  | { readonly _tag: 'signIn' }
  | { readonly _tag: 'pause'; readonly until: 'midnight Pacific' | 'in 24 hours' }
  | { readonly _tag: 'account' }
  | { readonly _tag: 'editor'; readonly field: string | null }
  | { readonly _tag: 'operator' }

const RETRYABLE = new Set<Reaction['_tag']>(['backOff', 'startOver', 'pause', 'signIn', 'account'])

/** Thrown by the client of the API; the message is for people, and holds no secret. */
export class YoutubeError extends Error {
  override readonly name = 'YoutubeError'
  constructor(
    message: string,
    readonly reaction: Reaction,
    /** Undefined where no answer came. */
    readonly status?: number,
    /** How long the server wants to be left alone. */
    readonly retryAfterSeconds?: number,
  ) {
    super(message)
  }

  get retryable(): boolean {
    return RETRYABLE.has(this.reaction._tag)
  }

  /** What keeps everything else of the account from YouTube, too; undefined where it is a matter of this request. */
  get trouble(): Trouble | undefined {
    switch (this.reaction._tag) {
      case 'pause':
        return this.reaction.until === 'midnight Pacific' ? 'quota' : 'upload_limit'
      case 'account':
        return 'account'
      case 'signIn':
        return 'unavailable'
      case 'backOff':
        // a conflict is about one video
        return this.status === 409 ? undefined : 'unavailable'
      case 'startOver':
      case 'editor':
      case 'operator':
        return undefined
    }
  }
}

/** https://developers.google.com/youtube/v3/docs/errors and those of each method. */
const REACTIONS: Readonly<Record<string, Reaction>> = {
  quotaExceeded: { _tag: 'pause', until: 'midnight Pacific' },
  dailyLimitExceeded: { _tag: 'pause', until: 'midnight Pacific' },
  uploadLimitExceeded: { _tag: 'pause', until: 'in 24 hours' },
  rateLimitExceeded: { _tag: 'backOff' },
  userRateLimitExceeded: { _tag: 'backOff' },
  backendError: { _tag: 'backOff' },
  internalError: { _tag: 'backOff' },
  SERVICE_UNAVAILABLE: { _tag: 'backOff' },
  authError: { _tag: 'signIn' },
  invalidTitle: { _tag: 'editor', field: 'video_title' },
  invalidDescription: { _tag: 'editor', field: 'video_description' },
  invalidTags: { _tag: 'editor', field: 'video_tags' },
  invalidVideoMetadata: { _tag: 'editor', field: null },
  invalidCategoryId: { _tag: 'operator' },
  mediaBodyRequired: { _tag: 'editor', field: 'video_ranges' },
  invalidImage: { _tag: 'editor', field: 'thumbnail_image' },
  mediaBodyTooLarge: { _tag: 'editor', field: 'thumbnail_image' },
  youtubeSignupRequired: { _tag: 'account' },
  channelSuspended: { _tag: 'account' },
  forbidden: { _tag: 'operator' },
  insufficientPermissions: { _tag: 'account' },
}

const ErrorBody = t.type({
  error: t.intersection([
    t.type({ message: t.string }),
    t.partial({ errors: t.array(t.partial({ reason: t.string })) }),
  ]),
})

/** An error for an answer. `doing` says what was asked for, such as `the upload`. */
export function errorOf(doing: string, { status, body, header }: HttpAnswer): YoutubeError {
  const decoded = ErrorBody.decode(typeof body === 'string' ? parsed(body) : body)
  const { message, errors = [] } = isLeft(decoded) ? { message: '' } : decoded.right.error
  const reason = errors[0]?.reason
  const told = [reason, message].filter((part) => part !== undefined && part !== '').join(': ')
  const text = `YouTube answered ${doing} with ${status}${told === '' ? '' : ` (${told})`}`
  const after = Number(header('retry-after'))
  const reaction = (reason === undefined ? undefined : REACTIONS[reason]) ?? byStatus(status)
  return new YoutubeError(text, reaction, status, after > 0 ? after : undefined)
}

/** Where the reason is one that nobody knows yet. */
function byStatus(status: number): Reaction {
  if (status === 401) return { _tag: 'signIn' }
  return status === 429 || status === 408 || status === 409 || status >= 500
    ? { _tag: 'backOff' }
    : { _tag: 'operator' }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return undefined
  }
}
