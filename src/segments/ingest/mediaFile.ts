/** What is in a video file and how it can become MPEG-TS (asks ffprobe). */
import * as t from 'io-ts'
import { isLeft } from 'fp-ts/lib/Either.js'
import { IngestFailure, messageOf } from './failure.js'
import { FfmpegFailure, askFfprobe, fileUrl } from './ffmpeg.js'

/** Codecs that MPEG-TS holds and that everything which reads it can decode. */
const PICTURE_CODECS = new Set(['h264', 'hevc', 'mpeg2video', 'mpeg1video'])
const SOUND_CODECS = new Set(['aac', 'mp2', 'mp3', 'ac3', 'eac3'])

export interface MediaStream {
  readonly index: number
  readonly codec: string
  /** Whether it must be encoded anew. */
  readonly reencode: boolean
}

export interface MediaFile {
  readonly path: string
  readonly picture: MediaStream | undefined
  readonly sound: MediaStream | undefined
  readonly seconds: number | undefined
}

const Probed = t.type({
  streams: t.array(
    t.intersection([
      t.type({ index: t.number }),
      t.partial({
        codec_type: t.string,
        codec_name: t.string,
        disposition: t.partial({ attached_pic: t.number }),
      }),
    ]),
  ),
  format: t.partial({ duration: t.string }),
})

/** The first picture and the first sound of a file. Throws IngestFailure (SourceUnreadable, NoFfmpeg). */
export async function probeMediaFile(path: string, signal: AbortSignal): Promise<MediaFile> {
  const decoded = Probed.decode(parseJson(await probe(path, signal)))
  if (isLeft(decoded)) throw new IngestFailure('SourceUnreadable', `${path}: ffprobe's answer can't be read`)
  const { streams, format } = decoded.right
  const first = (type: string, codecs: ReadonlySet<string>): MediaStream | undefined => {
    const stream = streams.find((one) => one.codec_type === type && one.disposition?.attached_pic !== 1)
    if (stream === undefined) return undefined
    const codec = stream.codec_name ?? 'unknown'
    return { index: stream.index, codec, reencode: !codecs.has(codec) }
  }
  const picture = first('video', PICTURE_CODECS)
  const sound = first('audio', SOUND_CODECS)
  if (picture === undefined && sound === undefined) {
    throw new IngestFailure('SourceUnreadable', `${path}: has neither picture nor sound`)
  }
  const seconds = Number(format.duration)
  return { path, picture, sound, seconds: Number.isFinite(seconds) && seconds > 0 ? seconds : undefined }
}

async function probe(path: string, signal: AbortSignal): Promise<string> {
  const asked = 'stream=index,codec_type,codec_name:stream_disposition=attached_pic:format=duration'
  try {
    return await askFfprobe(['-v', 'error', '-show_entries', asked, '-of', 'json', fileUrl(path)], signal)
  } catch (error) {
    if (!(error instanceof FfmpegFailure)) throw error
    if (error.notInstalled) throw new IngestFailure('NoFfmpeg', error.message, { cause: error })
    const message = `${path}: not a video that ffmpeg can read: ${error.message}`
    throw new IngestFailure('SourceUnreadable', message, { cause: error })
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    return messageOf(error)
  }
}
