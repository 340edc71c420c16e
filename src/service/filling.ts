/** Looks whether this node has footage now of holes with which videos were published. */
import * as t from 'io-ts'
import { isLeft } from 'fp-ts/lib/Either.js'
import { Instant, instantMs } from '../../machines/codecs.js'
import { readBlob } from '../log/blobs.js'
import type { Db } from '../log/database.js'
import { keepOnlyFilledOf, maybeHoled, type MaybeHoled, type Hole, noteFilled } from '../log/filledHoles.js'
import { whyUnreadable } from '../segments/coverage/recorded.js'
import { hourOf } from '../segments/path.js'
import type { Range } from '../segments/segment.js'
import { segmentsFor } from '../segments/store.js'

const HOUR_MS = 3_600_000
/** Encoders round: so little is nothing. */
const LEAST_MS = 10

/** What of a receipt says what was missing. */
const Receipt = t.type({
  ranges: t.array(t.type({ start: Instant, end: Instant, holes: t.array(t.type({ start: Instant, end: Instant })) })),
})

export interface FillingOptions {
  readonly db: Db
  readonly node: string
  /** The folder of channels. */
  readonly root: string
  readonly stopping: AbortSignal
}

export class Filling {
  /** By the video, of those that are looked after: its cut's receipt, and what was missing. */
  #holed = new Map<string, { readonly receipt: string; readonly holes: readonly Range[] }>()

  constructor(private readonly options: FillingOptions) {}

  /**
   * Looks at videos that are new here, and at those of hours that have changed (`channel/quality/hour`). Throws the database's error.
   * @returns how many holes it has looked at.
   */
  async look(changed: ReadonlySet<string>): Promise<number> {
    const { db, node, stopping } = this.options
    const before = this.#holed
    const videos = await maybeHoled(db)
    const holed: typeof before = new Map()
    let looked = 0
    for (const video of videos) {
      if (stopping.aborted) return looked
      const known = before.get(video.video)
      const isKnown = known?.receipt === video.receipt
      const holes = isKnown ? known.holes : await this.#holesOf(video)
      holed.set(video.video, { receipt: video.receipt, holes })
      const isLookedAt = holes.length > 0 && (!isKnown || holes.some((hole) => isOf(video, hole, changed)))
      if (!isLookedAt) continue
      looked += holes.length
      const filled = await this.#filledOf(video, holes)
      if (filled !== null) await noteFilled(db, node, video, filled)
    }
    this.#holed = holed
    await keepOnlyFilledOf(
      db,
      node,
      videos.filter(({ video }) => (holed.get(video)?.holes.length ?? 0) > 0).map(({ video }) => video),
    )
    return looked
  }

  /** What was missing when it was cut; nothing where that can't be told. */
  async #holesOf({ ranges, receipt }: MaybeHoled): Promise<readonly Range[]> {
    const blob = await readBlob(this.options.db, receipt)
    const decoded = blob === null ? null : Receipt.decode(JSON.parse(blob.content.toString('utf8')))
    if (decoded === null || isLeft(decoded)) return []
    return ranges.flatMap(([start, end]): readonly Range[] => {
      const range = { startMs: instantMs(start), endMs: instantMs(end) }
      const cut = decoded.right.ranges.find(
        (one) => instantMs(one.start) === range.startMs && instantMs(one.end) === range.endMs,
      )
      // a range of which there was nothing at all is not in the receipt
      return cut === undefined
        ? [range]
        : cut.holes.map((hole) => ({ startMs: instantMs(hole.start), endMs: instantMs(hole.end) }))
    })
  }

  /** Those of which there is something now; null where the disk can't be read. */
  async #filledOf({ channel, quality }: MaybeHoled, holes: readonly Range[]): Promise<Hole[] | null> {
    const filled: Hole[] = []
    for (const hole of holes) {
      const found = await segmentsFor(this.options.root, channel, quality, hole).catch((error: unknown) => {
        whyUnreadable(error)
        return null
      })
      if (found === null) return null
      const missingMs = found.holes.reduce((sum, { startMs, endMs }) => sum + endMs - startMs, 0)
      if (hole.endMs - hole.startMs - missingMs <= LEAST_MS) continue
      filled.push({ start: utc(hole.startMs), end: utc(hole.endMs), missingSeconds: missingMs / 1000 })
    }
    return filled
  }
}

/** Whether the hole is in an hour that has changed, the one before among them: its last segment may last into it. */
function isOf({ channel, quality }: MaybeHoled, { startMs, endMs }: Range, changed: ReadonlySet<string>): boolean {
  for (let ms = startMs - HOUR_MS; ms < endMs + HOUR_MS; ms += HOUR_MS)
    if (changed.has(`${channel}/${quality}/${hourOf(ms)}`)) return true
  return false
}

const utc = (ms: number): string => new Date(ms).toISOString()
