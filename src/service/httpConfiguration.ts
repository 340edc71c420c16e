/** The part `http` of a configuration: limits for each client, and which pages may use `/api`. */
import { isIP } from 'node:net'
import * as t from 'io-ts'
import { Positive, Texts } from '../../machines/codecs.js'
import type { FieldProblem } from '../../machines/problems.js'
import type { Care } from '../http/border/care.js'
import { type FfmpegLimits, ffmpegLimits } from '../http/ffmpegTurns.js'
import { Amount } from './amount.js'

const isWhole = (u: unknown): u is number => typeof u === 'number' && Number.isInteger(u) && u >= 1 && u <= 1_000_000
const Whole = new t.Type<number, number, unknown>(
  'a whole number from 1 to 1000000',
  isWhole,
  (u, context) => (isWhole(u) ? t.success(u) : t.failure(u, context)),
  (n) => n,
)

const fields = {
  cors_origins: Texts,
  writes_per_minute: Whole,
  request_seconds: Positive,
  idle_seconds: Positive,
  ffmpegs_at_once: Whole,
  ffmpegs_per_client: Whole,
  ffmpeg_wait_seconds: Amount,
  listeners: Whole,
  proxies: Texts,
}
export const knownOfHttp = Object.keys(fields)
export const HttpFile = t.partial(fields, 'an object')
type HttpFile = t.TypeOf<typeof HttpFile>

export interface HttpConfiguration {
  readonly care: Omit<Care, 'names'>
  readonly ffmpeg: FfmpegLimits
  /** How many may listen to the events at once. */
  readonly listeners: number
}

/** What no codec sees. */
export const httpProblems = ({ http = {} }: { readonly http?: HttpFile }): FieldProblem[] => [
  ...wrongIn(
    'cors_origins',
    http.cors_origins,
    isOrigin,
    'an origin such as https://console.example.org, without a path',
  ),
  ...wrongIn('proxies', http.proxies, isAddress, 'an address such as 10.0.0.1, or a range such as 10.0.0.0/8'),
  ...wrongIn('request_seconds', http.request_seconds, isDay, 'at most 86400'),
  ...wrongIn('idle_seconds', http.idle_seconds, isDay, 'at most 86400'),
  ...wrongIn('ffmpeg_wait_seconds', http.ffmpeg_wait_seconds, isHour, 'at most 3600'),
  ...wrongIn(
    'ffmpegs_per_client',
    http.ffmpegs_per_client,
    (n) => n <= (http.ffmpegs_at_once ?? n),
    `at most ffmpegs_at_once, which is ${http.ffmpegs_at_once}`,
  ),
]

function wrongIn<A>(
  field: string,
  found: A | readonly A[] | undefined,
  isRight: (one: A) => boolean,
  allowed: string,
): FieldProblem[] {
  const name = (i: number): string => `http.${field}${Array.isArray(found) ? `[${i}]` : ''}`
  const all = (found === undefined ? [] : [found].flat()) as A[]
  return all.flatMap((one, i) => (isRight(one) ? [] : [{ field: name(i), found: JSON.stringify(one), allowed }]))
}

const isOrigin = (text: string): boolean => /^https?:/.test(text) && URL.canParse(text) && new URL(text).origin === text

function isAddress(text: string): boolean {
  const [address = '', bits] = text.split('/')
  const family = isIP(address)
  return family !== 0 && (bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128)))
}

const isHour = (seconds: number): boolean => seconds <= 3_600
const isDay = (seconds: number): boolean => seconds <= 86_400

export function httpOf(read: HttpFile = {}): HttpConfiguration {
  const inAll = read.ffmpegs_at_once ?? Math.max(ffmpegLimits.inAll, read.ffmpegs_per_client ?? 0)
  return {
    care: {
      corsOrigins: read.cors_origins ?? [],
      writesPerMinute: read.writes_per_minute ?? 1_200,
      requestMs: Math.ceil((read.request_seconds ?? 60) * 1000),
      idleMs: Math.ceil((read.idle_seconds ?? 120) * 1000),
      proxies: read.proxies ?? [],
    },
    ffmpeg: {
      inAll,
      perClient: read.ffmpegs_per_client ?? Math.min(inAll, ffmpegLimits.perClient),
      patienceSeconds: read.ffmpeg_wait_seconds ?? ffmpegLimits.patienceSeconds,
    },
    listeners: read.listeners ?? 2_000,
  }
}
