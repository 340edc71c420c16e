import { CutError } from '../cut.js'
import { ffmpegOutput } from '../ffmpeg.js'
import { ffmpegArguments } from '../ffmpegArguments.js'
import { framesIn, soundEncoder } from './soundEncoder.js'
import { type SoundFormat, describeSound } from './soundFrames.js'

/** The first frames are an encoder's beginning. */
const SETTLED = 4

const made = new Map<string, Promise<Buffer>>()

/** One frame of silence, as an encoder makes it: to be put where a sound track has nothing. Throws a CutError. */
export function silentFrame(format: SoundFormat, signal: AbortSignal): Promise<Buffer> {
  const key = describeSound(format)
  const known = made.get(key)
  if (known !== undefined) return known
  const making = make(format, signal)
  made.set(key, making)
  // another cut may succeed: this one may have been stopped
  making.catch(() => made.delete(key))
  return making
}

async function make(format: SoundFormat, signal: AbortSignal): Promise<Buffer> {
  const { layout, options, container } = soundEncoder(format)
  const samples = format.samplesPerFrame * SETTLED * 3
  const args = ffmpegArguments({
    inputs: [],
    filterGraph: `anullsrc=r=${format.sampleRate}:cl=${layout},atrim=end_sample=${samples}[silence]`,
    maps: ['[silence]'],
    outputOptions: options,
    format: container,
  })
  const chunks: Buffer[] = []
  for await (const chunk of ffmpegOutput({ args, inputs: [] }, { signal })) chunks.push(chunk)
  const frame = framesIn(Buffer.concat(chunks), format)[SETTLED]
  if (frame === undefined) throw new CutError(`no silence could be made for ${describeSound(format)}`)
  return frame
}
