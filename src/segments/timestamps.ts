import { createReadStream } from 'node:fs'
import type { ElementaryStream } from './programTables.js'
import { type Timestamp, TimestampScanner } from './timestampScanner.js'

/** A file, or a transport stream's bytes from wherever they come. */
export type MediaSource = string | AsyncIterable<Buffer>

/** Thrown where a file is no MPEG transport stream with sound or picture that says when it is shown, or can't be read. */
export class UnreadableSegment extends Error {
  override readonly name = 'UnreadableSegment'

  constructor(
    readonly file: string,
    readonly reason: string,
    options?: ErrorOptions,
  ) {
    super(`${file}: ${reason}`, options)
  }
}

/** When one stream of a segment is shown; ticks of 90 kHz, unwrapped, all streams of the segment on one line. */
export interface StreamTimestamps extends ElementaryStream {
  /** How many PES packets had a timestamp. */
  readonly count: number
  /** The first and the last in the order of the stream, not of time: pictures are reordered. */
  readonly firstTicks: number
  readonly lastTicks: number
  readonly minTicks: number
  readonly maxTicks: number
  /** Where the last frame is over: counted for AAC, else as long as the step before it (none where there is but one). */
  readonly endTicks: number
}

export interface Timestamps {
  /** The streams that have timestamps at all. */
  readonly streams: readonly StreamTimestamps[]
  /** The smallest timestamp of sound or picture: what the start time in a segment's name belongs to. */
  readonly startTicks: number
  /** Where the last sound or picture is over. */
  readonly endTicks: number
}

/** The beginning and end of each stream. Memory does not grow with the file. Throws UnreadableSegment; `name` stands in its message. */
export async function readTimestamps(source: MediaSource, name?: string): Promise<Timestamps> {
  const scanner = new TimestampScanner()
  const extents = new Map<number, Extent>()
  for await (const timestamp of scan(scanner, source, name)) {
    extents.set(timestamp.pid, extended(extents.get(timestamp.pid), timestamp))
  }
  const streams = [...extents.values()].map((extent) => finished(extent, scanner.lastUnitTicks(extent.pid)))
  const shown = streams.filter((stream) => stream.kind !== 'other')
  return {
    streams,
    startTicks: Math.min(...shown.map((stream) => stream.minTicks)),
    endTicks: Math.max(...shown.map((stream) => stream.endTicks)),
  }
}

/** When each picture is shown, in the order shown. Throws UnreadableSegment. */
export async function readPictureTicks(source: MediaSource, name?: string): Promise<number[]> {
  const ticks: number[] = []
  for await (const timestamp of timestampsIn(source, name)) {
    if (timestamp.kind === 'picture') ticks.push(timestamp.ptsTicks)
  }
  return ticks.sort((a, b) => a - b)
}

/**
 * Every timestamp in the order of the stream, as it is read. Throws UnreadableSegment: at the first step for a file that can't be opened,
 * at the last where there was no sound or picture with a timestamp.
 */
export function timestampsIn(source: MediaSource, name?: string): AsyncGenerator<Timestamp> {
  return scan(new TimestampScanner(), source, name)
}

async function* scan(
  scanner: TimestampScanner,
  source: MediaSource,
  name = typeof source === 'string' ? source : 'the stream',
): AsyncGenerator<Timestamp> {
  let shown = 0
  for await (const chunk of chunksOf(source, name)) {
    for (const timestamp of scanner.push(chunk)) {
      if (timestamp.kind !== 'other') shown++
      yield timestamp
    }
  }
  for (const timestamp of scanner.finish()) {
    if (timestamp.kind !== 'other') shown++
    yield timestamp
  }
  if (shown === 0) throw new UnreadableSegment(name, whyNothingWasFound(scanner))
}

function whyNothingWasFound(scanner: TimestampScanner): string {
  if (scanner.packets === 0) return 'not an MPEG transport stream, or empty'
  if (scanner.streams.length === 0) return 'a transport stream without a readable program map'
  if (scanner.streams.every((stream) => stream.kind === 'other')) return 'a transport stream without sound or picture'
  return 'neither its sound nor its picture has a timestamp'
}

async function* chunksOf(source: MediaSource, name: string): AsyncGenerator<Buffer> {
  const chunks: AsyncIterable<Buffer> =
    typeof source === 'string' ? createReadStream(source, { highWaterMark: 1 << 20 }) : source
  const steps = chunks[Symbol.asyncIterator]()
  try {
    for (;;) {
      const step = await steps.next().catch((cause: unknown) => {
        const reason = cause instanceof Error ? cause.message : String(cause)
        throw new UnreadableSegment(name, `it can't be read: ${reason}`, { cause })
      })
      if (step.done === true) return
      yield step.value
    }
  } finally {
    // closes the file where the reader stops early
    await steps.return?.()
  }
}

/** What is known of a stream so far. `secondTicks` is the largest but one, from which the last step follows. */
type Extent = Omit<StreamTimestamps, 'endTicks'> & { readonly secondTicks: number | undefined }

function extended(extent: Extent | undefined, { pid, kind, streamType, ptsTicks }: Timestamp): Extent {
  if (extent === undefined) {
    const all = { firstTicks: ptsTicks, lastTicks: ptsTicks, minTicks: ptsTicks, maxTicks: ptsTicks }
    return { pid, kind, streamType, count: 1, ...all, secondTicks: undefined }
  }
  const { maxTicks, secondTicks } = extent
  return {
    ...extent,
    count: extent.count + 1,
    lastTicks: ptsTicks,
    minTicks: Math.min(extent.minTicks, ptsTicks),
    maxTicks: Math.max(maxTicks, ptsTicks),
    secondTicks: ptsTicks === maxTicks ? secondTicks : Math.max(Math.min(maxTicks, ptsTicks), secondTicks ?? -Infinity),
  }
}

function finished({ secondTicks, ...extent }: Extent, lastUnitTicks: number | undefined): StreamTimestamps {
  const step = lastUnitTicks ?? extent.maxTicks - (secondTicks ?? extent.maxTicks)
  return { ...extent, endTicks: Math.round(extent.maxTicks + step) }
}
