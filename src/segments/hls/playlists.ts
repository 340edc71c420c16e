/**
 * The media playlists that are asked for. One whose hours are as they were is given again as it was; one that is loaded again and
 * again keeps what it promised (numbering.ts).
 */
import { type Either, left, right } from 'fp-ts/lib/Either.js'
import type { HourListing, HourListings } from '../hourListings.js'
import type { HourSegments } from '../hourSegments.js'
import { hourStartMs } from '../path.js'
import type { Range } from '../segment.js'
import { covering, withoutFreshHoles } from './covering.js'
import { type Fresh, freshly } from './freshly.js'
import { mediaPlaylist, type Place, type Playlist } from './mediaPlaylist.js'
import { numbered, type Promised } from './numbering.js'

export interface Wanted extends Place {
  /** Milliseconds since the epoch; null: the first hour that there is. */
  readonly startMs: number | null
  /** Null: an hour past the last one that there is, so it goes on. */
  readonly endMs: number | null
}

/** Nothing of this quality was ever recorded; or the range is longer than is listed at once. */
export type NoPlaylist =
  | { readonly _tag: 'NothingRecorded' }
  | { readonly _tag: 'TooLong'; readonly hours: number; readonly mostHours: number; readonly isImplied: boolean }

const HOUR_MS = 3_600_000
/** Of a range of which an end was left out, as wubloader has it. */
const MOST_IMPLIED_HOURS = 12
/** Of a range that was asked for: more than half a million segments. */
const MOST_HOURS = 14 * 24
/** Players that go on load again within seconds. */
const FORGOTTEN_AFTER_MS = 300_000
const MOST_PLAYLISTS = 1_000
const MOST_BODY_BYTES = 64 * 1024 * 1024

interface Kept {
  readonly hours: readonly HourListing[]
  readonly range: Range
  /** Null where there was no room for it, or where it changes with the time. */
  readonly playlist: Playlist | null
  readonly promised: Promised | null
  /** It kept to nothing that had been promised before. */
  readonly isNew: boolean
  readonly hasEnded: boolean
  /** When it was last said that it goes on: whoever has loaded its end does not load it again. */
  readonly wentOnMs: number
}

export class Playlists {
  readonly #kept = new Map<string, Kept>()
  readonly #asked = new Map<string, Fresh<Either<NoPlaylist, Playlist>>>()
  #bodyBytes = 0

  constructor(
    private readonly listings: Pick<HourListings, 'hours' | 'hour'>,
    private readonly nowMs: () => number = Date.now,
  ) {}

  /** As things are at some time after the call. Throws only where the disk can't be read. */
  async get(wanted: Wanted): Promise<Either<NoPlaylist, Playlist>> {
    const key = JSON.stringify([wanted.channel, wanted.quality, wanted.startMs, wanted.endMs])
    const asked = this.#asked.get(key) ?? freshly(() => this.#made(key, wanted))
    this.#asked.set(key, asked)
    try {
      return await asked.get()
    } finally {
      if (asked.isIdle) this.#asked.delete(key)
    }
  }

  async #made(key: string, wanted: Wanted): Promise<Either<NoPlaylist, Playlist>> {
    const { channel, quality } = wanted
    const nowMs = this.nowMs()
    const kept = this.#kept.get(key)
    const played = kept !== undefined && nowMs - kept.wentOnMs <= FORGOTTEN_AFTER_MS ? kept : null
    const names = await this.listings.hours(channel, quality)
    // to an hour that comes before those that are being played, players could not go back
    const range = rangeOf(wanted, names, played?.range.startMs ?? null)
    if (range === null) return left({ _tag: 'NothingRecorded' })
    const problem = tooLong(wanted, range)
    if (problem !== null) return left(problem)
    const concerned = names.filter((hour) => concerns(hour, range))
    const hours = await Promise.all(concerned.map((hour) => this.listings.hour(channel, quality, hour)))
    if (
      kept?.playlist &&
      (kept.isNew || played !== null) &&
      isSameRange(kept.range, range) &&
      isSameList(kept.hours, hours)
    ) {
      this.#keep(key, kept.hasEnded ? kept : { ...kept, wentOnMs: nowMs })
      return right(kept.playlist)
    }
    const found = covering(hours, range)
    const listed = withoutFreshHoles(found, nowMs)
    const numbers = numbered(listed, played?.promised ?? null, await this.#recent(wanted, names))
    // of what ends before it begins nothing will ever come
    const hasEnded = numbers.hasEnded || (wanted.endMs !== null && range.endMs <= range.startMs)
    const playlist = mediaPlaylist(wanted, { ...numbers, hasEnded })
    const wentOnMs = hasEnded ? (kept?.wentOnMs ?? -Infinity) : nowMs
    this.#keep(key, {
      ...{ hours, range, hasEnded, wentOnMs, promised: numbers.promised, isNew: played === null },
      playlist: listed === found ? playlist : null,
    })
    return right(playlist)
  }

  /** The segments of the last hour. */
  async #recent({ channel, quality }: Place, hours: readonly string[]): Promise<HourSegments | null> {
    const last = hours.at(-1)
    return last === undefined ? null : (await this.listings.hour(channel, quality, last)).segments
  }

  /** The one that was asked for last is the last to be forgotten. */
  #keep(key: string, kept: Kept): void {
    this.#forget(key)
    this.#kept.set(key, kept)
    this.#bodyBytes += bytesOf(kept)
    for (const [oldest, other] of this.#kept) {
      if (this.#kept.size <= MOST_PLAYLISTS && this.#bodyBytes <= MOST_BODY_BYTES) break
      if (this.#kept.size > MOST_PLAYLISTS) this.#forget(oldest)
      else {
        this.#bodyBytes -= bytesOf(other)
        this.#kept.set(oldest, { ...other, hours: [], playlist: null })
      }
    }
  }

  #forget(key: string): void {
    const kept = this.#kept.get(key)
    if (kept !== undefined) this.#bodyBytes -= bytesOf(kept)
    this.#kept.delete(key)
  }
}

const bytesOf = ({ playlist }: Kept): number => playlist?.bytes ?? 0

function rangeOf({ startMs, endMs }: Wanted, hours: readonly string[], playedFromMs: number | null): Range | null {
  const [first, last] = [hours[0], hours.at(-1)].map((hour) => hourStartMs(hour ?? ''))
  if (first === undefined || last === undefined) return null
  // what is pruned is no part of it: it would grow beyond what is listed at once
  return { startMs: startMs ?? Math.max(playedFromMs ?? first, first), endMs: endMs ?? last + HOUR_MS }
}

function tooLong({ startMs, endMs }: Wanted, range: Range): NoPlaylist | null {
  const hours = (range.endMs - range.startMs) / HOUR_MS
  const isImplied = startMs === null || endMs === null
  const mostHours = isImplied ? MOST_IMPLIED_HOURS : MOST_HOURS
  return hours > mostHours ? { _tag: 'TooLong', hours, mostHours, isImplied } : null
}

/** The segment that covers the start of a range may have begun in the hour before. */
function concerns(hour: string, range: Range): boolean {
  const startMs = hourStartMs(hour) ?? Number.NaN
  return startMs > range.startMs - 2 * HOUR_MS && startMs < range.endMs
}

const isSameRange = (a: Range, b: Range): boolean => a.startMs === b.startMs && a.endMs === b.endMs

const isSameList = (a: readonly HourListing[], b: readonly HourListing[]): boolean =>
  a.length === b.length && a.every((one, n) => one === b[n])
