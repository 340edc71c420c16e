/** The map of a quality: two seconds a pixel, ten minutes a column, the earliest to the left. */
import { hourStartMs } from '../path.js'
import { PIECE_SECONDS, PIECES_AN_HOUR, type Piece, readPieces } from './pieces.js'

export const COLUMN_SECONDS = 600
export const MAP_HEIGHT = COLUMN_SECONDS / PIECE_SECONDS
export const COLUMNS_AN_HOUR = 3600 / COLUMN_SECONDS

const HOUR_MS = 3_600_000

/** Red, green, blue. */
export const colours: Readonly<Record<Piece, readonly [number, number, number]>> = {
  m: [255, 255, 255],
  n: [245, 158, 11],
  f: [37, 99, 235],
}

export interface MappedHour {
  /** Such as `2026-01-31T18`. */
  readonly hour: string
  readonly pieces: string
}

export interface MapSpan {
  /** Where an hour begins, in milliseconds since the epoch. */
  readonly startMs: number
  readonly hours: number
}

/** From the first hour to the last of those given, but not more than the last `most`; null where there is none. */
export function spanOf(hours: readonly string[], most: number): MapSpan | null {
  const starts = hours.flatMap((hour) => hourStartMs(hour) ?? [])
  if (starts.length === 0) return null
  const [first, last] = starts.reduce(([a, b], ms) => [Math.min(a, ms), Math.max(b, ms)], [Infinity, -Infinity])
  const count = Math.min(most, (last - first) / HOUR_MS + 1)
  return { startMs: last - (count - 1) * HOUR_MS, hours: count }
}

export interface Pixels {
  readonly width: number
  readonly height: number
  /** Three bytes a pixel, row after row. */
  readonly rgb: Buffer
}

/** Hours that are not given are missing. Memory: 5,400 bytes an hour of the span. */
export function pixelsOf(hours: readonly MappedHour[], span: MapSpan): Pixels {
  const width = span.hours * COLUMNS_AN_HOUR
  const rgb = Buffer.alloc(width * MAP_HEIGHT * 3, 255)
  for (const { hour, pieces } of hours) {
    const left = (((hourStartMs(hour) ?? NaN) - span.startMs) / HOUR_MS) * COLUMNS_AN_HOUR
    if (!(left >= 0 && left < width)) continue
    for (const [n, piece] of readPieces(pieces).entries()) {
      const x = left + Math.floor(n / (PIECES_AN_HOUR / COLUMNS_AN_HOUR))
      rgb.set(colours[piece], ((n % MAP_HEIGHT) * width + x) * 3)
    }
  }
  return { width, height: MAP_HEIGHT, rgb }
}
