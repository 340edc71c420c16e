import * as t from 'io-ts'
import { isLeft } from 'fp-ts/lib/Either.js'
import { answerOf, ffprobePath } from './ffmpeg.js'

export interface PictureFormat {
  readonly codec: string
  readonly width: number
  readonly height: number
  /** Width to height of one pixel, as `1:1`. */
  readonly pixelAspect: string
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
  readonly sound: SoundFormat | undefined
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
      }),
    ]),
  ),
  format: t.partial({ duration: t.string }),
})

const ENTRIES =
  'stream=codec_type,codec_name,width,height,sample_aspect_ratio,sample_rate,channels,channel_layout:format=duration'

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
    sound: soundIn(streams),
    durationSeconds: Number.isFinite(duration) ? duration : undefined,
  }
}

type Streams = t.TypeOf<typeof ProbeJson>['streams']

function pictureIn(streams: Streams): PictureFormat | undefined {
  const stream = streams.find((one) => one.codec_type === 'video' && (one.width ?? 0) > 0 && (one.height ?? 0) > 0)
  if (stream === undefined) return undefined
  const { codec_name: codec = 'unknown', width = 0, height = 0, sample_aspect_ratio: aspect } = stream
  return { codec, width, height, pixelAspect: aspect === undefined || aspect.startsWith('0:') ? '1:1' : aspect }
}

function soundIn(streams: Streams): SoundFormat | undefined {
  const stream = streams.find(
    (one) => one.codec_type === 'audio' && Number(one.sample_rate) > 0 && (one.channels ?? 0) > 0,
  )
  if (stream === undefined) return undefined
  const { codec_name: codec = 'unknown', sample_rate: rate, channels = 0, channel_layout: layout } = stream
  const known = layout !== undefined && layout !== '' && layout !== 'unknown'
  return { codec, sampleRate: Number(rate), channels, layout: known ? layout : `${channels}c` }
}
