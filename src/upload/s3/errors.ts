/** What an answer of an S3 store that is no success asks for (https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html). */
import type { Trouble } from '../../../machines/locationEvents.js'

/**
 * Who has to do what. `backOff` is the same again later, `startOver` a new upload, `refused` a change of keys, rights or the
 * configuration, before which the store takes nothing from here; `operator` a change by a person because of this upload alone.
 */
export type Reaction = 'backOff' | 'startOver' | 'refused' | 'operator'

/** Thrown by the client of the store; the message is for people, and holds no secret. */
export class S3Error extends Error {
  override readonly name = 'S3Error'
  constructor(
    message: string,
    readonly reaction: Reaction,
    /** The store's name for it, or the system's where no answer came. */
    readonly code?: string,
    /** Undefined where no answer came. */
    readonly status?: number,
  ) {
    super(message)
  }

  /** Whether the same upload may succeed later, if only after a person has let it. */
  get retryable(): boolean {
    return this.reaction !== 'operator'
  }

  /** What keeps everything else from the store, too; undefined where it is a matter of this upload. */
  get trouble(): Trouble | undefined {
    return this.reaction === 'backOff' || this.reaction === 'refused' ? 'unavailable' : undefined
  }
}

/** Where it was asked. */
export interface Place {
  /** The store's address. */
  readonly store: string
  readonly bucket: string
  /** Where the keys come from, for people. */
  readonly credentials: string
}

interface Told {
  readonly reaction: Reaction
  readonly remedy: (place: Place) => string
}

const wrongKey = (what: string): Told => ({
  reaction: 'refused',
  remedy: ({ credentials }) => `${what}: correct ${credentials}`,
})
const wrongRegion: Told = { reaction: 'refused', remedy: () => "correct the location's region" }
const later: Told = { reaction: 'backOff', remedy: () => 'it is tried again' }
const full: Told = { reaction: 'backOff', remedy: ({ bucket }) => `make room in the bucket ${bucket}` }
const ended: Told = { reaction: 'startOver', remedy: () => 'the upload was ended elsewhere' }

/** Swift's name for an object whose parts are not there: it does not decide between a completion and an abort. */
export const TORN = 'BrokenMPU'

const byCode: Readonly<Record<string, Told>> = {
  SignatureDoesNotMatch: wrongKey('the secret access key is wrong'),
  InvalidAccessKeyId: wrongKey('the access key is not known there'),
  InvalidToken: wrongKey('the session token is wrong'),
  ExpiredToken: wrongKey('the session token has expired'),
  AccessDenied: forbidden(),
  AllAccessDisabled: forbidden(),
  AccountProblem: forbidden(),
  NoSuchBucket: {
    reaction: 'refused',
    remedy: ({ bucket }) => `there is no bucket ${bucket}: make it, or correct the location's bucket`,
  },
  InvalidBucketName: { reaction: 'refused', remedy: ({ bucket }) => `a bucket can't be called ${bucket}: correct it` },
  AuthorizationHeaderMalformed: wrongRegion,
  PermanentRedirect: wrongRegion,
  IllegalLocationConstraintException: wrongRegion,
  // the client corrects itself by the store's clock, so this is seen only where that was not enough
  RequestTimeTooSkewed: { reaction: 'backOff', remedy: () => "set this machine's clock" },
  NoSuchUpload: ended,
  InvalidPart: ended,
  [TORN]: {
    reaction: 'operator',
    remedy: () => 'it was completed and aborted at the same time, so it has to be published anew',
  },
  EntityTooSmall: {
    reaction: 'refused',
    remedy: () => "the store wants larger parts: raise the location's part_mebibytes",
  },
  QuotaExceeded: full,
  XMinioStorageFull: full,
  InsufficientCapacity: full,
  // damaged on its way
  BadDigest: later,
  XAmzContentSHA256Mismatch: later,
  IncompleteBody: later,
  RequestTimeout: later,
  OperationAborted: later,
}

function forbidden(): Told {
  return {
    reaction: 'refused',
    remedy: ({ bucket }) =>
      `the access key may not do that in ${bucket}: give it the rights that docs/destinations.md lists`,
  }
}

/** What people know a connection's failure by. */
const unreachable: Readonly<Record<string, string>> = {
  ENOTFOUND:
    'there is no host of that name: correct the endpoint; where only the bucket’s name is missing from DNS, set path_style',
  ECONNREFUSED: 'nothing listens there: check the endpoint, and whether the store runs',
}
const isCertificate = (code: string): boolean => /CERT|SIGNATURE|^ERR_TLS|^ERR_SSL|^EPROTO/.test(code)

interface Thrown {
  readonly name?: string
  readonly message?: string
  readonly code?: string
  readonly $metadata?: { readonly httpStatusCode?: number }
}

/**
 * Whatever the client of the store has thrown, without what it carries: that may be the request with its signature.
 * `doing` says what was asked for, such as `a part`.
 */
export function errorOf(thrown: unknown, doing: string, place: Place): S3Error {
  if (thrown instanceof S3Error) return thrown
  const { name = 'Error', message = '', code, $metadata } = (thrown ?? {}) as Thrown
  const status = $metadata?.httpStatusCode
  if (status === undefined) return notAnswered(code ?? name, message, place)
  const nameless = message === 'UnknownError' || message === '' || name === 'Error'
  const known = Object.hasOwn(byCode, name) ? byCode[name] : undefined
  const { reaction, remedy } = known ?? byStatus(status, message)
  // an answer to HEAD has no body to say more
  const told = nameless && known === undefined ? String(status) : `${status} ${name}`
  const said = message.includes('region') ? `${remedy(place)} (${message})` : remedy(place)
  return new S3Error(`${place.store} answered ${doing} with ${told}: ${said}`, reaction, name, status)
}

function notAnswered(code: string, message: string, { store }: Place): S3Error {
  if (isCertificate(code))
    return new S3Error(
      `${store} shows no certificate that is trusted here (${code}): mend it, or name its authority in NODE_EXTRA_CA_CERTS`,
      'refused',
      code,
    )
  const known = unreachable[code]
  const why = known !== undefined ? `${code}): ${known}` : `${code === 'Error' ? message : code})`
  return new S3Error(`${store} can't be reached (${why}`, 'backOff', code)
}

/** Where the code is one that nobody knows yet. */
function byStatus(status: number, message: string): Told {
  if (status === 507 || status === 413) return full
  if (status === 429 || status === 408 || status === 409 || status >= 500) return later
  if (status === 401 || status === 403) return forbidden()
  if (status === 301 || status === 307) return wrongRegion
  if (status === 404 || status < 300)
    return { reaction: 'refused', remedy: () => "that is no answer of an S3 store: correct the location's endpoint" }
  return { reaction: 'operator', remedy: () => message.slice(0, 200) || 'the store does not take it' }
}
