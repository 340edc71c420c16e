import * as t from 'io-ts'
import { isLeft } from 'fp-ts/lib/Either.js'
import { answerOf, ffprobePath } from './ffmpeg.js'

export interface PictureFormat {
  readonly codec: string
  readonly width: number
  readonly height: number
  /** Width to height of one pixel, as `1:1`. */
  readonly pixelAspect: string
  /** As ffprobe names them; undefined where the file doesn't say. */
  readonly profile: string | undefined
  /** Ten times the level for H.264 (31 is 3.1), thirty times for HEVC (93 is 3.1). */
  readonly level: number | undefined
  readonly pixelFormat: string | undefined
  /** `progressive`, or which field comes first: `tt`, `bb`, `tb`, `bt`. */
  readonly fieldOrder: string | undefined
  /** By so many places pictures may be decoded before they are shown. */
  readonly reorder: number
  readonly colour: {
    readonly range: string | undefined
    readonly space: string | undefined
    readonly transfer: string | undefined
    readonly primaries: string | undefined
    readonly chromaLocation: string | undefined
  }
}

export interface SoundFormat {
  readonly codec: string
  readonly sampleRate: number
  readonly channels: number
  /** As ffmpeg names it: `stereo`, `mono`, `5.1`; made of the number of channels where the file doesn't say. */
  readonly layout: string
}

/** What a media file holds. */
export interface Probed {
  readonly picture: PictureFormat | undefined
  /** The first of the sounds. */
  readonly sound: SoundFormat | undefined
  readonly sounds: readonly SoundFormat[]
  readonly durationSeconds: number | undefined
}

const ProbeJson = t.type({
  streams: t.array(
    t.intersection([
      t.type({ codec_type: t.string }),
      t.partial({
        codec_name: t.string,
        width: t.number,
        height: t.number,
        sample_aspect_ratio: t.string,
        sample_rate: t.string,
        channels: t.number,
        channel_layout: t.string,
        profile: t.string,
        level: t.number,
        pix_fmt: t.string,
        field_order: t.string,
        has_b_frames: t.number,
        color_range: t.string,
        color_space: t.string,
        color_transfer: t.string,
        color_primaries: t.string,
        chroma_location: t.string,
      }),
    ]),
  ),
  format: t.partial({ duration: t.string }),
})

const ENTRIES =
  'stream=codec_type,codec_name,width,height,sample_aspect_ratio,sample_rate,channels,channel_layout,profile,level,pix_fmt,' +
  'field_order,has_b_frames,color_range,color_space,color_transfer,color_primaries,chroma_location:format=duration'

/** Asks ffprobe what `file` holds. Throws an Error that says why it can't be told. */
export async function probe(file: string, signal?: AbortSignal): Promise<Probed> {
  // a name with a colon must not be taken for a protocol
  const args = ['-v', 'error', '-show_entries', ENTRIES, '-of', 'json', `file:${file}`]
  const decoded = ProbeJson.decode(
    JSON.parse(await answerOf(ffprobePath(), args, signal === undefined ? {} : { signal })),
  )
  if (isLeft(decoded)) throw new Error(`ffprobe of ${file} answered in a form that is not understood`)
  const { streams, format } = decoded.right
  const duration = Number(format.duration)
  return {
    picture: pictureIn(streams),
    sound: soundsIn(streams)[0],
    sounds: soundsIn(streams),
    durationSeconds: Number.isFinite(duration) ? duration : undefined,
  }
}

type Streams = t.TypeOf<typeof ProbeJson>['streams']

function pictureIn(streams: Streams): PictureFormat | undefined {
  const stream = streams.find((one) => one.codec_type === 'video' && (one.width ?? 0) > 0 && (one.height ?? 0) > 0)
  if (stream === undefined) return undefined
  const { codec_name: codec = 'unknown', width = 0, height = 0, sample_aspect_ratio: aspect } = stream
  const said = (value: string | undefined) => (value === 'unknown' || value === 'unspecified' ? undefined : value)
  return {
    codec,
    width,
    height,
    pixelAspect: aspect === undefined || aspect.startsWith('0:') ? '1:1' : aspect,
    profile: said(stream.profile),
    level: (stream.level ?? 0) > 0 ? stream.level : undefined,
    pixelFormat: stream.pix_fmt,
    fieldOrder: said(stream.field_order),
    reorder: stream.has_b_frames ?? 0,
    colour: {
      range: said(stream.color_range),
      space: said(stream.color_space),
      transfer: said(stream.color_transfer),
      primaries: said(stream.color_primaries),
      chromaLocation: said(stream.chroma_location),
    },
  }
}

function soundsIn(streams: Streams): SoundFormat[] {
  return streams.flatMap((stream) => {
    const {
      codec_type,
      codec_name: codec = 'unknown',
      sample_rate: rate,
      channels = 0,
      channel_layout: layout,
    } = stream
    if (codec_type !== 'audio' || !(Number(rate) > 0) || channels === 0) return []
    const known = layout !== undefined && layout !== '' && layout !== 'unknown'
    return [{ codec, sampleRate: Number(rate), channels, layout: known ? layout : `${channels}c` }]
  })
}
