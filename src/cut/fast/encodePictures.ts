/** Encodes a few pictures anew, in the likeness of those beside them. */
import { TICKS_PER_SECOND } from '../../segments/pesHeader.js'
import { PACKET_BYTES, pidOf } from '../../segments/transportStream.js'
import { CutError } from '../cut.js'
import { ffmpegOutput } from '../ffmpeg.js'
import { ffmpegArguments } from '../ffmpegArguments.js'
import { rebase } from '../rebase.js'
import { type Likeness, likeSource } from './likeness.js'
import type { Loaded } from './loadSegment.js'
import { ContinuityCounters, Tables, type WrittenStream } from './packetWriter.js'
import { PesReader } from './pesReader.js'

/** Packets of the picture from one place of a segment to another, to be put on one line. */
export interface Piece {
  readonly loaded: Loaded
  readonly from: number
  readonly to: number
  readonly liftTicks: number
}

/** What has to be decoded, beginning with a key picture, and what brings its line to ffmpeg's. */
export interface PictureInput {
  readonly pieces: readonly Piece[]
  readonly shiftTicks: number
}

export interface EncodingJob {
  readonly inputs: readonly PictureInput[]
  /** From `[0:v:0]`, `[1:v:0]`… to `[picture]`. */
  readonly filterGraph: string
  /** When each picture is shown, in the order shown: the graph's own times are the same but for a shift. */
  readonly ptsTicks: readonly number[]
  readonly likeness: Likeness
}

export interface EncodedPicture {
  readonly ptsTicks: number
  readonly payload: Buffer
}

/** Pictures that are being encoded. */
export interface EncodedPictures {
  /** The n-th, in the order of decoding. Rejects with a CutError, or the reason of an aborted signal. */
  picture(n: number): Promise<EncodedPicture>
  /** What ffmpeg was told. */
  readonly args: readonly string[]
  /** Settles once all have come. */
  readonly done: Promise<void>
}

/** Where inputs may begin on ffmpeg's line: what is decoded before has room. */
export const ANCHOR_TICKS = 600 * TICKS_PER_SECOND
const PID = 0x100
const MAP_PID = 0x1000
const STREAM_TYPES: Readonly<Record<string, number>> = { h264: 0x1b, hevc: 0x24 }

/** Begins at once; nothing is lost if nobody waits for the pictures. */
export function encodePictures(job: EncodingJob, signal: AbortSignal): EncodedPictures {
  const pictures: EncodedPicture[] = []
  const waiting: (() => void)[] = []
  let failure: Error | undefined
  let ended = false
  const args = argumentsFor(job)
  const done = encode(job, args, signal, (picture) => {
    pictures.push(picture)
    for (const wake of waiting.splice(0)) wake()
  })
    .catch((error: unknown) => {
      failure = error instanceof Error ? error : new CutError(String(error))
    })
    .finally(() => {
      ended = true
      for (const wake of waiting.splice(0)) wake()
    })
  return {
    args,
    done,
    async picture(n) {
      for (;;) {
        const picture = pictures[n]
        if (picture !== undefined) return picture
        if (failure !== undefined) throw failure
        if (ended) throw new CutError(`only ${pictures.length} of ${job.ptsTicks.length} pictures could be decoded`)
        await new Promise<void>((wake) => waiting.push(wake))
      }
    },
  }
}

function argumentsFor({ inputs, filterGraph, likeness }: EncodingJob): string[] {
  return ffmpegArguments({
    inputs: inputs.map(() => ['-copyts', '-f', 'mpegts']),
    filterGraph,
    maps: ['[picture]'],
    outputOptions: [
      ...['-fps_mode', 'passthrough', '-enc_time_base', `1:${TICKS_PER_SECOND}`],
      ...likeSource(likeness),
      ...['-muxdelay', '0', '-muxpreload', '0', '-mpegts_start_pid', String(PID), '-pat_period', '60', '-an'],
    ],
    format: 'mpegts',
  })
}

async function encode(
  job: EncodingJob,
  args: readonly string[],
  signal: AbortSignal,
  give: (picture: EncodedPicture) => void,
): Promise<void> {
  const { inputs, ptsTicks, likeness } = job
  const first = ptsTicks[0] ?? 0
  const reader = new PesReader(PID)
  const missing = new Set(ptsTicks)
  let offset: number | undefined
  const take = (found: readonly EncodedPicture[]) => {
    for (const pes of found) {
      // the first in the order of decoding is the first that is shown
      offset ??= pes.ptsTicks
      const shown = pes.ptsTicks - offset + first
      if (!missing.delete(shown))
        throw new CutError(
          `of what is encoded anew, a picture came ${shown - first} ticks after the first: there is none`,
        )
      give({ ...pes, ptsTicks: shown })
    }
  }
  const feeds = inputs.map((input) => feed(input, likeness.format.codec, signal))
  for await (const chunk of ffmpegOutput({ args, inputs: feeds }, { signal })) take(reader.push(chunk))
  take(reader.finish())
  if (missing.size > 0)
    throw new CutError(`${missing.size} of ${ptsTicks.length} pictures to be encoded anew could not be decoded`)
}

/** The picture's packets alone, all on one line, under tables of their own: so ffmpeg looks for nothing else. */
async function* feed({ pieces, shiftTicks }: PictureInput, codec: string, signal: AbortSignal): AsyncGenerator<Buffer> {
  const streamType = STREAM_TYPES[codec] ?? 0x1b
  yield tablesOf({ streamType, descriptors: Buffer.alloc(0) })
  for (const { loaded, from, to, liftTicks } of pieces) {
    const bytes = (await loaded.reread(signal)).subarray(from, to)
    yield onePid(bytes, loaded.index.picturePid, shiftTicks + liftTicks)
  }
}

/** The tables of a stream of one picture or sound alone, as `onePid` makes it. */
export function tablesOf({ streamType, descriptors }: Omit<WrittenStream, 'pid'>): Buffer {
  const counters = new ContinuityCounters()
  const tables = new Tables([{ streamType, descriptors, pid: PID }], PID, MAP_PID)
  return Buffer.concat([tables.association(counters), tables.map(counters)])
}

/** The packets of one PID, under another, with their timestamps moved. `bytes` is changed. */
export function onePid(bytes: Buffer, pid: number, shiftTicks: number): Buffer {
  const packets: Buffer[] = []
  for (let at = 0; at + PACKET_BYTES <= bytes.length; at += PACKET_BYTES) {
    if (pidOf(bytes, at) !== pid) continue
    const packet = bytes.subarray(at, at + PACKET_BYTES)
    packet[1] = ((packet[1] ?? 0) & 0xe0) | (PID >> 8)
    packet[2] = PID & 0xff
    packets.push(packet)
  }
  const picked = Buffer.concat(packets)
  rebase(picked, shiftTicks)
  return picked
}
