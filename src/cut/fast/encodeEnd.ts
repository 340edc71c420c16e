/** Encodes the few pictures at an end of a copied stretch anew, in the likeness of those beside them. */
import { TICKS_PER_SECOND } from '../../segments/pesHeader.js'
import { CutError } from '../cut.js'
import { type Pace, statedRate } from '../encoding.js'
import { ffmpegOutput } from '../ffmpeg.js'
import { ffmpegArguments } from '../ffmpegArguments.js'
import type { PictureFormat } from '../probe.js'
import { rebase } from '../rebase.js'
import { ContinuityCounters, Tables } from './packetWriter.js'
import { PesReader } from './pesReader.js'
import { PACKET_BYTES, pidOf } from '../../segments/transportStream.js'
import type { Loaded } from './loadSegment.js'

/** Packets of the picture from one place of a segment to another, to be put on one line. */
export interface EndPiece {
  readonly loaded: Loaded
  readonly from: number
  readonly to: number
  readonly liftTicks: number
}

export interface End {
  /** What has to be decoded, beginning with a key picture. */
  readonly pieces: readonly EndPiece[]
  /** When each picture to be encoded is shown, on that line, in the order shown. */
  readonly ptsTicks: readonly number[]
  readonly format: PictureFormat
  /** The number of the source's sequence parameter set. */
  readonly setId: number
  readonly pace: Pace
}

export interface EncodedPicture {
  readonly ptsTicks: number
  readonly payload: Buffer
}

/** Pictures that are being encoded. */
export interface EncodedPictures {
  /** The n-th, in the order of decoding. Rejects with a CutError, or the reason of an aborted signal. */
  picture(n: number): Promise<EncodedPicture>
  /** Settles once all have come. */
  readonly done: Promise<void>
}

const ANCHOR_TICKS = 600 * TICKS_PER_SECOND
const PID = 0x100
const MAP_PID = 0x1000
const STREAM_TYPES: Readonly<Record<string, number>> = { h264: 0x1b, hevc: 0x24 }

/** Begins at once; nothing is lost if nobody waits for the pictures. */
export function encodeEnd(end: End, signal: AbortSignal): EncodedPictures {
  const pictures: EncodedPicture[] = []
  const waiting: (() => void)[] = []
  let failure: Error | undefined
  let ended = false
  const done = encode(end, signal, (picture) => {
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
    done,
    async picture(n) {
      for (;;) {
        const picture = pictures[n]
        if (picture !== undefined) return picture
        if (failure !== undefined) throw failure
        if (ended) throw new CutError(`only ${pictures.length} of ${end.ptsTicks.length} pictures could be decoded`)
        await new Promise<void>((wake) => waiting.push(wake))
      }
    },
  }
}

async function encode(end: End, signal: AbortSignal, give: (picture: EncodedPicture) => void): Promise<void> {
  const { ptsTicks } = end
  const first = ptsTicks[0] ?? 0
  const last = ptsTicks.at(-1) ?? 0
  const args = ffmpegArguments({
    inputs: [['-copyts', '-f', 'mpegts']],
    filterGraph: `[0:v:0]trim=start_pts=${ANCHOR_TICKS}:end_pts=${ANCHOR_TICKS + last - first + 1},setpts=PTS-${ANCHOR_TICKS}[picture]`,
    maps: ['[picture]'],
    outputOptions: [
      ...['-fps_mode', 'passthrough', '-enc_time_base', `1:${TICKS_PER_SECOND}`],
      ...endEncoder(end),
      ...['-muxdelay', '0', '-muxpreload', '0', '-mpegts_start_pid', String(PID), '-pat_period', '60', '-an'],
    ],
    format: 'mpegts',
  })
  const reader = new PesReader(PID)
  const missing = new Set(ptsTicks)
  let offset: number | undefined
  const take = (found: readonly EncodedPicture[]) => {
    for (const pes of found) {
      // the first in the order of decoding is the first that is shown
      offset ??= pes.ptsTicks
      const shown = pes.ptsTicks - offset + first
      if (!missing.delete(shown))
        throw new CutError(`at an end, a picture was decoded ${shown - first} ticks after the first: there is none`)
      give({ ...pes, ptsTicks: shown })
    }
  }
  const inputs = [feed(end, ANCHOR_TICKS - first, signal)]
  for await (const chunk of ffmpegOutput({ args, inputs }, { signal })) take(reader.push(chunk))
  take(reader.finish())
  if (missing.size > 0)
    throw new CutError(`${missing.size} of ${ptsTicks.length} pictures at an end could not be decoded`)
}

/** The picture's packets alone, all on one line, under tables of their own: so ffmpeg looks for nothing else. */
async function* feed({ pieces, format }: End, shiftTicks: number, signal: AbortSignal): AsyncGenerator<Buffer> {
  const counters = new ContinuityCounters()
  const streamType = STREAM_TYPES[format.codec] ?? 0x1b
  const tables = new Tables([{ pid: PID, streamType, descriptors: Buffer.alloc(0) }], PID, MAP_PID)
  yield Buffer.concat([tables.association(counters), tables.map(counters)])
  for (const { loaded, from, to, liftTicks } of pieces) {
    const bytes = await loaded.reread(signal)
    const packets: Buffer[] = []
    for (let at = from; at + PACKET_BYTES <= to; at += PACKET_BYTES) {
      if (pidOf(bytes, at) !== loaded.index.picturePid) continue
      const packet = bytes.subarray(at, at + PACKET_BYTES)
      packet[1] = ((packet[1] ?? 0) & 0xe0) | (PID >> 8)
      packet[2] = PID & 0xff
      packets.push(packet)
    }
    const picked = Buffer.concat(packets)
    rebase(picked, shiftTicks + liftTicks)
    yield picked
  }
}

const H264_PROFILES: Readonly<Record<string, string>> = {
  'Constrained Baseline': 'baseline',
  Baseline: 'baseline',
  Main: 'main',
  High: 'high',
  'High 10': 'high10',
  'High 4:2:2': 'high422',
  'High 4:4:4 Predictive': 'high444',
}

/**
 * Few pictures, so they may be large: nobody shall see where they are. Their parameter sets have the numbers of the source's:
 * both stand before each of their keyframes. With numbers of their own some players fail, hls.js among them: it makes one
 * description of the stream out of the first sequence set and the last picture set, which then belong to different numbers.
 */
function endEncoder({ format, pace, setId }: End): string[] {
  const encoder = format.codec === 'hevc' ? hevcEncoder(format, pace) : h264Encoder(format, setId)
  const { range, space, transfer, primaries, chromaLocation } = format.colour
  const told = (option: string, value: string | undefined) => (value === undefined ? [] : [option, value])
  const [name, parameters, options] = encoder
  const rate = statedRate(['-c:v', name], pace)
  const at = rate.indexOf(name === 'libx265' ? '-x265-params' : '-x264-params')
  const fps = at < 0 ? [] : rate.splice(at, 2).slice(1)
  return [
    ...['-c:v', name, ...options],
    ...[name === 'libx265' ? '-x265-params' : '-x264-params', [...parameters, ...fps].join(':')],
    ...told('-pix_fmt', format.pixelFormat),
    ...told('-color_range', range),
    ...told('-colorspace', space),
    ...told('-color_trc', transfer),
    ...told('-color_primaries', primaries),
    ...told('-chroma_sample_location', chromaLocation),
    ...rate,
  ]
}

type Encoder = readonly [name: string, parameters: readonly string[], options: readonly string[]]

function h264Encoder({ profile, level, fieldOrder }: PictureFormat, setId: number): Encoder {
  const known = profile === undefined ? undefined : H264_PROFILES[profile]
  const interlaced = fieldOrder !== undefined && fieldOrder !== 'progressive'
  const high = known?.startsWith('high') === true
  return [
    'libx264',
    [
      ...[`sps-id=${setId}`, 'keyint=infinite', 'scenecut=0', 'bframes=0'],
      ...(high ? ['8x8dct=1'] : []),
      ...(interlaced ? [fieldOrder.startsWith('b') ? 'bff=1' : 'tff=1'] : []),
    ],
    [
      ...['-preset', 'superfast', '-crf', '16'],
      ...(known === undefined ? [] : ['-profile:v', known]),
      ...(level === undefined ? [] : ['-level:v', (level / 10).toFixed(1)]),
      ...(interlaced ? ['-flags', '+ilme+ildct'] : []),
    ],
  ]
}

/**
 * In HEVC a parameter set says how far pictures may be from their place: where the source's says more than that of the ends,
 * ffmpeg complains at the seam. So the ends may have B-frames where the source has (and where steps are even: then decoding
 * times can be told from those of showing).
 */
function hevcEncoder({ level, pixelFormat, reorder }: PictureFormat, pace: Pace): Encoder {
  const depth = pace.shortestStepTicks >= 0.75 * pace.stepTicks ? Math.min(2, reorder) : 0
  return [
    'libx265',
    [
      ...['keyint=-1', 'scenecut=0', 'repeat-headers=1', 'info=0', 'log-level=error', 'open-gop=0'],
      ...[`bframes=${depth === 2 ? 3 : depth}`, `b-pyramid=${depth === 2 ? 1 : 0}`, 'rc-lookahead=5'],

      ...(level === undefined ? [] : [`level-idc=${Math.round(level / 3)}`]),
    ],
    ['-preset', 'superfast', '-crf', '12', '-profile:v', pixelFormat?.includes('10') === true ? 'main10' : 'main'],
  ]
}
