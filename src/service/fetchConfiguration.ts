/** The part `fetch` of a configuration: whether this node fetches footage, from whom, and how much. */
import { resolve } from 'node:path'
import * as t from 'io-ts'
import { NonEmpty, Positive, Texts } from '../../machines/codecs.js'
import type { FieldProblem } from '../../machines/problems.js'
import type { FetchBounds } from '../segments/peers/fetcher.js'
import type { Peer } from '../segments/peers/peer.js'
import { Amount } from './amount.js'
import { wrongUrl } from './webhookConfiguration.js'

const isWhole = (u: unknown): u is number => typeof u === 'number' && Number.isInteger(u) && u >= 1 && u <= 64
const AtOnce = new t.Type<number, number, unknown>(
  'a whole number from 1 to 64',
  isWhole,
  (u, context) => (isWhole(u) ? t.success(u) : t.failure(u, context)),
  (n) => n,
)

const fields = {
  seconds: Positive,
  mebibytes_per_second: Positive,
  keep_free_gibibytes: Amount,
  segment_mebibytes: Positive,
  at_once: AtOnce,
  peers: Texts,
  key_file: NonEmpty,
}
export const knownOfFetch = Object.keys(fields)
const Bounds = t.partial(fields, 'false, or an object of bounds and peers')
type FetchFile = false | t.TypeOf<typeof Bounds>

/** False where nothing is to be fetched; mistakes are told as those of an object otherwise. */
export const FetchFile = new t.Type<FetchFile, unknown, unknown>(
  Bounds.name,
  (u): u is FetchFile => u === false || Bounds.is(u),
  (u, context) => (u === false ? t.success(u) : Bounds.validate(u, context)),
  (read) => read,
)

export const ADDRESS = 'an address that begins with https:// or http://, without user and password'

/** What no codec sees. Nothing of an address is repeated: it may hold a password. */
export const fetchProblems = ({ fetch = {}, url }: { fetch?: FetchFile; url?: string }): FieldProblem[] =>
  [
    { field: 'url', address: url },
    ...(fetch === false ? [] : (fetch.peers ?? []).map((address, i) => ({ field: `fetch.peers[${i}]`, address }))),
  ].flatMap(({ field, address }) => {
    const found = address === undefined ? null : wrongUrl(address)
    return found === null ? [] : [{ field, found, allowed: ADDRESS }]
  })

export interface FetchConfiguration extends FetchBounds {
  /** For what a video lacks, each time that it is looked at. */
  readonly seconds: number
  /** Beside the nodes that run. */
  readonly peers: readonly Peer[]
  /** With a key, for nodes of this cluster whose reading is closed; null where they are asked without. */
  readonly keyFile: string | null
}

/** Where a configuration doesn't say anything of it. */
export const usualFetch = (): FetchConfiguration => boundsOf({}, '')

/** Null where nothing is to be fetched. @param base what a path is relative to. */
export const fetchOf = (read: FetchFile = {}, base: string): FetchConfiguration | null =>
  read === false ? null : boundsOf(read, base)

function boundsOf(read: t.TypeOf<typeof Bounds>, base: string): FetchConfiguration {
  const { seconds = 60, mebibytes_per_second: speed = 25, at_once: atOnce = 4, peers = [] } = read
  const { keep_free_gibibytes: keepFree = 5, segment_mebibytes: segment = 64 } = read
  return {
    seconds,
    bytesPerSecond: speed * 2 ** 20,
    keepFreeBytes: keepFree * 2 ** 30,
    segmentBytes: Math.ceil(segment * 2 ** 20),
    atOnce,
    peers: peers.map((url) => ({ name: url, url })),
    keyFile: read.key_file === undefined ? null : resolve(base, read.key_file),
  }
}
