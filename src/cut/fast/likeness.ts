/** How pictures are encoded so that they go with those of the source: same codec, form and colours. */
import { type Pace, statedRate } from '../encoding.js'
import type { PictureFormat } from '../probe.js'

export interface Likeness {
  readonly format: PictureFormat
  /** The number of the source's sequence parameter set. */
  readonly setId: number
  readonly pace: Pace
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
export function likeSource({ format, pace, setId }: Likeness): string[] {
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
      // at this quality as good as slower ones, and no larger: there is hardly anything left to save
      ...['-preset', 'ultrafast', '-crf', '16'],
      ...(known === undefined ? [] : ['-profile:v', known]),
      ...(level === undefined ? [] : ['-level:v', (level / 10).toFixed(1)]),
      ...(interlaced ? ['-flags', '+ilme+ildct'] : []),
    ],
  ]
}

/**
 * A parameter set of HEVC says how far pictures may be decoded before they are shown (reordering). Where the source's allows more than
 * that of the encoded ends, ffmpeg complains at the seam. So the ends have B-frames where the source has them, as long as pictures come
 * at even steps: then times of decoding follow from times of showing.
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
