import type { IngestOptions, IngestSummary } from './ingest.js'
import { readTimestamps, UnreadableSegment } from '../timestamps.js'
import { IngestFailure, startNeeded } from './failure.js'
import type { End, Lost, Piece } from './feed.js'
import { SegmentWriter, contentHash } from './segmentWriter.js'
import { type Measured, type Placed, anchored, durationMs, place } from './timeline.js'

/** So many segments in a row that can't be used are a source that can't be used. */
const LOST_IN_A_ROW = 5
/** Within this of its date and time, the same content is the same segment of an earlier run. */
const SAME_SEGMENT_MS = 10_000

/** A segment that waits for the next one, from which its duration follows. */
interface Pending {
  readonly placed: Placed
  readonly hash: string
  readonly bytes: Buffer
}

/** What becomes of a source's segments: each is placed in time, and written once it is known what follows it. */
export class Recording {
  readonly #options: IngestOptions
  readonly #writer: SegmentWriter
  #total: number | undefined
  #pending: Pending | undefined
  #afterLoss = false
  /** EXTINF of what was lost since the last segment. */
  #lostSeconds = 0
  #lostInARow = 0
  #written = 0
  #alreadyThere = 0
  #bytes = 0
  #doneMs = 0
  #discontinuities = 0
  #firstStartMs: number | undefined
  #lastEndMs: number | undefined
  readonly #lost: { origin: string; reason: string }[] = []

  constructor(options: IngestOptions) {
    this.#options = options
    this.#writer = new SegmentWriter(options.root, options.channel, options.quality)
  }

  readonly setTotal = (seconds: number): void => {
    this.#total = seconds
  }

  summary(): Omit<IngestSummary, 'reencoded'> {
    return {
      written: this.#written,
      alreadyThere: this.#alreadyThere,
      firstStartMs: this.#firstStartMs,
      lastEndMs: this.#lastEndMs,
      discontinuities: this.#discontinuities,
      lost: this.#lost,
    }
  }

  async take(item: Piece | Lost | End): Promise<void> {
    if (item.type === 'piece') await this.#takePiece(item)
    else if (item.type === 'lost') this.#lose(item)
    else await this.#flush(item.goesOn ? 'goes on' : 'ended')
  }

  async #takePiece(piece: Piece): Promise<void> {
    const hash = contentHash(piece.bytes)
    // a server that lists a segment again under a new number
    if (hash === this.#pending?.hash) return
    let measured: Measured
    try {
      measured = await measure(piece, this.#afterLoss)
    } catch (error) {
      if (!(error instanceof UnreadableSegment)) throw error
      return this.#lose({
        type: 'lost',
        origin: piece.origin,
        reason: error.reason,
        listedSeconds: piece.listedSeconds,
      })
    }
    const placed = await this.#place(measured, hash, piece.origin)
    this.#afterLoss = false
    this.#lostInARow = 0
    this.#lostSeconds = 0
    await this.#flush(placed)
    this.#pending = { placed, hash, bytes: piece.bytes }
  }

  async #place(measured: Measured, hash: string, origin: string): Promise<Placed> {
    const previous = this.#pending?.placed
    const where = place(measured, previous)
    if (where.type === 'by timestamps') return where.placed
    if (previous !== undefined) this.#discontinuities++
    if (where.dateTimeMs === undefined) {
      const startMs = where.otherwiseMs ?? this.#options.startMs
      if (startMs === undefined) throw startNeeded(origin)
      return anchored(measured, startMs + this.#lostSeconds * 1000)
    }
    // an ingest that was interrupted goes on in the clock in which it began
    const known = await this.#writer.startOf(hash, where.dateTimeMs, SAME_SEGMENT_MS)
    return anchored(measured, known ?? where.dateTimeMs)
  }

  async #flush(next: Placed | 'ended' | 'goes on'): Promise<void> {
    const pending = this.#pending
    if (pending === undefined) return
    const { placed, hash, bytes } = pending
    const lengthMs = durationMs(placed, next)
    const isFollowed = typeof next !== 'string' && next.follows
    const outcome = await this.#writer.write(placed.startMs, lengthMs / 1000, hash, bytes, isFollowed)
    if (outcome === 'written') this.#written++
    else this.#alreadyThere++
    this.#firstStartMs ??= placed.startMs
    this.#lastEndMs = placed.startMs + lengthMs
    this.#bytes += bytes.length
    this.#doneMs += lengthMs
    if (typeof next === 'string') this.#pending = undefined
    this.#report()
  }

  #lose({ origin, reason, listedSeconds = 0 }: Lost): void {
    this.#lost.push({ origin, reason })
    this.#afterLoss = true
    this.#lostSeconds += listedSeconds
    this.#lostInARow++
    const patient = this.#options.follow === true && this.#firstStartMs !== undefined
    if (this.#lostInARow >= LOST_IN_A_ROW && !patient) {
      throw new IngestFailure(
        'SourceUnreadable',
        `${LOST_IN_A_ROW} segments in a row can't be used; the last: ${origin}: ${reason}`,
      )
    }
  }

  #report(): void {
    const progress = { done: this.#doneMs / 1000, bytes: this.#bytes }
    this.#options.onProgress?.(this.#total === undefined ? progress : { ...progress, total: this.#total })
  }
}

async function measure({ bytes, origin, ...piece }: Piece, afterLoss: boolean): Promise<Measured> {
  const { streams, startTicks, endTicks } = await readTimestamps(one(bytes), origin)
  const ends = streams.filter(({ kind }) => kind !== 'other').map((stream) => stream.endTicks)
  const { dateTimeMs, discontinuity, listedSeconds } = piece
  return { startTicks, endTicks, firstEndTicks: Math.min(...ends), dateTimeMs, discontinuity, afterLoss, listedSeconds }
}

async function* one(bytes: Buffer): AsyncGenerator<Buffer> {
  yield bytes
}
