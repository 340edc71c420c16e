/** What a peer says that it has. */
import { isLeft } from 'fp-ts/lib/Either.js'
import { parseSegmentName } from '../path.js'
import type { Segment } from '../segment.js'
import { download, type Patience } from './download.js'
import { LONGEST_SEGMENT_SECONDS, type Peer, PeerFailure } from './peer.js'

/** An hour has some two thousand names of less than a hundred letters. */
const LARGEST_LIST_BYTES = 4 << 20
/** A whole list, from the request to its end. */
const LIST_MS = 10_000

/** A segment by the name that a peer has for it; `path` is that name below the folder of channels. */
export interface Offered {
  readonly segment: Segment
  readonly hour: string
  readonly name: string
}

export interface HourOf {
  readonly channel: string
  readonly quality: string
  /** Such as `2026-01-31T18`. */
  readonly hour: string
}

/**
 * The segments of an hour that can be asked for: of names that are not what they have to be we know nothing, whatever they are.
 * Throws a PeerFailure, and the reason of an aborted signal.
 */
export async function offeredBy(peer: Peer, of: HourOf, patience: Patience, signal: AbortSignal): Promise<Offered[]> {
  const names = await listAt(peer, [of.channel, of.quality, of.hour], patience, signal)
  return names.flatMap((name) => readable(of, name))
}

/** The hours of which it has anything. Throws as `offeredBy`. */
export async function hoursBy(
  peer: Peer,
  { channel, quality }: Omit<HourOf, 'hour'>,
  patience: Patience,
  signal: AbortSignal,
): Promise<ReadonlySet<string>> {
  return new Set(await listAt(peer, [channel, quality], patience, signal))
}

async function listAt(
  peer: Peer,
  folder: readonly string[],
  patience: Patience,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const late = AbortSignal.timeout(LIST_MS)
  try {
    const asked = { peer, path: ['files', ...folder], maxBytes: LARGEST_LIST_BYTES, patience }
    const pieces: Buffer[] = []
    for await (const piece of download(asked, AbortSignal.any([signal, late]))) pieces.push(piece)
    return namesIn(peer, Buffer.concat(pieces))
  } catch (error) {
    signal.throwIfAborted()
    if (late.aborted) throw new PeerFailure(peer, `a list of its files took more than ${LIST_MS / 1000} s`, 'peer')
    // without lists it is of no use
    throw error instanceof PeerFailure ? new PeerFailure(peer, error.reason, 'peer') : error
  }
}

/** Wubloader says that it is HTML; it is JSON all the same. */
function namesIn(peer: Peer, body: Buffer): string[] {
  try {
    const names: unknown = JSON.parse(body.toString('utf8'))
    if (Array.isArray(names)) return names.filter((name) => typeof name === 'string')
  } catch {
    // said below
  }
  throw new PeerFailure(peer, 'what it calls a list of files is no JSON array', 'peer')
}

function readable({ channel, quality, hour }: HourOf, name: string): Offered[] {
  const parsed = parseSegmentName([channel, quality, hour, name].join('/'), channel, quality, hour, name)
  if (isLeft(parsed)) return []
  const segment = parsed.right
  const isUsable =
    segment.type !== 'temp' &&
    // a SHA-256, by which what comes can be checked
    segment.hash.length === 43 &&
    segment.durationSeconds > 0 &&
    segment.durationSeconds <= LONGEST_SEGMENT_SECONDS
  return isUsable ? [{ segment, hour, name }] : []
}
