/** The kinds of streams that a fast cut has to do with. */
import { H264_WITH_B_FRAMES, type NumberedStream } from './numberedStream.js'

export interface CutKind {
  readonly name: string
  readonly stream: NumberedStream
  /** Pictures that there are, by number; all by default. */
  readonly exists?: (number: number) => boolean
  /** When sound begins, in seconds of the stream. */
  readonly soundFrom?: number
  /** Nothing can be copied: it has to be encoded anew. */
  readonly fallsBack?: true
}

const x264 = (...params: string[]) => ['-c:v', 'libx264', '-preset', 'ultrafast', '-x264-params', params.join(':')]
const x265 = (...params: string[]) => [
  ...['-c:v', 'libx265', '-preset', 'ultrafast'],
  ...['-x265-params', ['log-level=none', 'keyint=1000', ...params].join(':')],
]
const seconds = 12
const rates = ['24000/1001', '25', '30000/1001', '50', '60000/1001', '60']

export const cutKinds: readonly CutKind[] = [
  { name: 'H.264 with B-frames', stream: { seconds } },
  ...rates.map((rate) => ({ name: `${rate} pictures a second`, stream: { seconds, rate } })),
  { name: 'H.264 without B-frames', stream: { seconds, picture: x264('bframes=0') } },
  {
    name: 'H.264 with many B-frames that refer to one another',
    stream: {
      seconds,
      picture: ['-c:v', 'libx264', '-preset', 'veryfast', '-bf', '8', '-x264-params', 'b-pyramid=normal:b-adapt=0'],
    },
  },
  {
    name: 'H.264 baseline',
    stream: { seconds, picture: ['-c:v', 'libx264', '-preset', 'ultrafast', '-profile:v', 'baseline'] },
  },
  { name: 'interlaced H.264', stream: { seconds, picture: [...H264_WITH_B_FRAMES, '-flags', '+ilme+ildct'] } },
  {
    name: 'H.264 with open GOPs',
    // parameter sets before each keyframe, as broadcasters have them
    stream: {
      seconds,
      picture: [...x264('open-gop=1', 'bframes=2', 'b-adapt=0'), '-flags', '+global_header', '-bsf:v', 'dump_extra'],
    },
    fallsBack: true,
  },
  { name: 'HEVC', stream: { seconds, picture: x265('bframes=2', 'open-gop=0') } },
  { name: 'HEVC with open GOPs', stream: { seconds, picture: x265('bframes=2', 'open-gop=1', 'b-adapt=0') } },
  { name: 'HEVC without B-frames', stream: { seconds, picture: x265('bframes=0') } },
  {
    name: 'variable steps',
    stream: { seconds, only: 'eq(n,0)+lt(mod(n,11),6)*gt(mod(n,7),1)' },
    exists: (n) => n === 0 || (n % 11 < 6 && n % 7 > 1),
  },
  { name: 'jittering timestamps', stream: { seconds, jitter: '150*mod(N*7\\,5)' } },
  { name: 'timestamps that wrap', stream: { seconds, offsetSeconds: 2 ** 33 / 90_000 - 5.3 } },
  { name: 'no sound', stream: { seconds, sound: 'none' } },
  { name: 'sound that begins late', stream: { seconds, sound: 'late', lateSeconds: 1.23 }, soundFrom: 1.23 },
  { name: 'two sound tracks', stream: { seconds, tracks: 2 } },
  { name: 'MPEG sound', stream: { seconds, soundCodec: ['-c:a', 'mp2'] } },
  { name: 'AC-3 sound', stream: { seconds, soundCodec: ['-c:a', 'ac3'] } },
  { name: 'long GOPs', stream: { seconds, keyframeSeconds: 5 } },
  { name: 'a keyframe every half second', stream: { seconds, keyframeSeconds: 0.5 } },
]
