/** Looking what peers have of what is missing here. */
import { bestSequence, endMs } from '../bestSequence.js'
import { hourOf, hourStartMs, isSafeName } from '../path.js'
import type { Range, Segment } from '../segment.js'
import type { Slots } from '../slots.js'
import { listHidden, listHour, listHours } from '../store.js'
import type { Patience } from './download.js'
import { hoursBy, type Offered, offeredBy } from './listing.js'
import { BESIDE_MS, needsOf } from './needs.js'
import { type Peer, PeerFailure } from './peer.js'
import type { Standing } from './standing.js'

const HOUR_MS = 3_600_000
/** Of more than that, a peer is asked first which it has. */
const FEW_HOURS = 3

export interface Wanted {
  readonly channel: string
  readonly quality: string
  readonly ranges: readonly Range[]
  readonly peers: readonly Peer[]
}

/** A segment to fetch, and who has it, in the order in which they are asked. */
export interface Piece extends Offered {
  readonly peers: readonly Peer[]
}

export interface Plan {
  /** In order of time: pieces of one unit are of use only together. */
  readonly units: readonly (readonly Piece[])[]
  /** Peers that could not be asked. */
  readonly failures: readonly PeerFailure[]
  /** Those that were asked, and may have failed. */
  readonly asked: readonly Peer[]
}

export interface Looking {
  readonly standing: Standing
  /** So many lists at once. */
  readonly slots: Slots
  readonly patience: Patience
  readonly signal: AbortSignal
}

/** Asks for the hours in which something is missing, and nobody for those of which all is here. */
export async function lookAround(root: string, wanted: Wanted, looking: Looking): Promise<Plan> {
  const { channel, quality, ranges, peers } = wanted
  if (!isSafeName(channel) || !isSafeName(quality)) return { units: [], failures: [], asked: [] }
  const hours = new Set(await listHours(root, channel, quality))
  const read = new Map<string, Promise<Segment[]>>()
  const inHour = (hour: string) => {
    const known = read.get(hour) ?? listHour(root, channel, quality, hour)
    read.set(hour, known)
    return known
  }
  const lacking: { range: Range; ours: Segment[]; hours: string[] }[] = []
  for (const range of ranges) {
    const around = { startMs: range.startMs - BESIDE_MS, endMs: range.endMs + BESIDE_MS }
    const own = hoursOf({ startMs: around.startMs - HOUR_MS, endMs: around.endMs }).filter((hour) => hours.has(hour))
    const ours = (await Promise.all(own.map(inHour))).flat().filter((segment) => touches(segment, around))
    const { holes } = bestSequence(ours, range)
    if (holes.length > 0) lacking.push({ range, ours, hours: [...new Set(holes.flatMap(hoursToAsk))] })
  }
  const toAsk = [...new Set(lacking.flatMap((one) => one.hours))].sort()
  if (toAsk.length === 0) return { units: [], failures: [], asked: [] }
  const asked = peers.filter((peer) => !looking.standing.isResting(peer))
  const answers = await Promise.all(asked.map((peer) => hoursAt(peer, wanted, toAsk, looking)))
  const pieces = piecesOf(asked, answers)
  const offered = [...pieces.values()].map(({ segment }) => segment)
  const hidden =
    offered.length === 0 ? [] : await Promise.all(toAsk.map((hour) => listHidden(root, channel, quality, hour)))
  const units: Piece[][] = []
  const taken = new Set<string>()
  for (const { range, ours } of lacking) {
    const near = offered.filter((segment) => touches(segment, range))
    const { segments, together } = needsOf(range, { ours, hidden: hidden.flat(), offered: near })
    // ranges may overlap
    const unit = segments.filter(({ path }) => !taken.has(path)).flatMap(({ path }) => pieces.get(path) ?? [])
    for (const { segment } of unit) taken.add(segment.path)
    units.push(...(together ? [unit] : unit.map((piece) => [piece])))
  }
  return {
    units: units.filter(({ length }) => length > 0),
    failures: answers.flatMap(({ failure }) => failure ?? []),
    asked,
  }
}

interface Answer {
  readonly offered: readonly Offered[]
  readonly failure: PeerFailure | null
}

/** One list after the other, until one fails: what has been said until then counts. */
async function hoursAt(
  peer: Peer,
  { channel, quality }: Wanted,
  hours: readonly string[],
  { standing, slots, patience, signal }: Looking,
): Promise<Answer> {
  const offered: Offered[] = []
  const inTurn = async <A>(ask: () => Promise<A>): Promise<A> => {
    const giveBack = await slots.take(signal)
    try {
      return await ask()
    } finally {
      giveBack()
    }
  }
  try {
    const there =
      hours.length > FEW_HOURS ? await inTurn(() => hoursBy(peer, { channel, quality }, patience, signal)) : null
    for (const hour of there === null ? hours : hours.filter((one) => there.has(one)))
      offered.push(...(await inTurn(() => offeredBy(peer, { channel, quality, hour }, patience, signal))))
    return { offered, failure: null }
  } catch (error) {
    if (!(error instanceof PeerFailure)) throw error
    standing.failed(error, 'list')
    return { offered, failure: error }
  }
}

/** By the name that all peers have for it. Each peer is the first to be asked for some of them. */
function piecesOf(peers: readonly Peer[], answers: readonly Answer[]): Map<string, Piece> {
  const having = new Map<string, { offered: Offered; peers: Peer[] }>()
  for (const [n, peer] of peers.entries())
    for (const offered of answers[n]?.offered ?? []) {
      const known = having.get(offered.segment.path)
      if (known === undefined) having.set(offered.segment.path, { offered, peers: [peer] })
      else known.peers.push(peer)
    }
  let turn = 0
  return new Map(
    [...having].map(([path, { offered, peers: all }]) => {
      const first = turn++ % all.length
      return [path, { ...offered, peers: [...all.slice(first), ...all.slice(0, first)] }]
    }),
  )
}

const touches = (segment: Segment, { startMs, endMs: end }: Range): boolean =>
  segment.startMs < end && endMs(segment) > startMs

/** The segment that covers the beginning of a hole may have begun in the hour before. */
const hoursToAsk = ({ startMs, endMs: end }: Range): string[] => hoursOf({ startMs: startMs - BESIDE_MS, endMs: end })

function hoursOf({ startMs, endMs: end }: Range): string[] {
  const hours: string[] = []
  const first = hourStartMs(hourOf(Math.max(0, startMs))) ?? 0
  for (let at = first; at < end; at += HOUR_MS) hours.push(hourOf(at))
  return hours
}
