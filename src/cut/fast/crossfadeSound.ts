/** Encodes the sound of a transition, as frames that go between those that are copied. */
import { CutError } from '../cut.js'
import { soundCrossfade } from '../crossfade.js'
import { ffmpegOutput } from '../ffmpeg.js'
import { ffmpegArguments } from '../ffmpegArguments.js'
import { TICKS_PER_SECOND } from '../../segments/pesHeader.js'
import { ANCHOR_TICKS, onePid, tablesOf } from './encodePictures.js'
import type { SoundTrack } from './segmentIndex.js'
import { framesIn, soundEncoder } from './soundEncoder.js'
import { type SoundFormat, describeSound } from './soundFrames.js'
import type { StretchMember } from './stretches.js'

/** The sound of one range that takes part in a transition. */
export interface FadingSound {
  /** The segments in which it is, on one line. */
  readonly members: readonly StretchMember[]
  readonly track: number
  /** On that line: where the transition begins. */
  readonly fromTicks: number
}

export interface SoundCrossfade {
  readonly format: SoundFormat
  readonly sides: readonly [FadingSound, FadingSound]
  /** How long the transition is. */
  readonly ticks: number
  /** By so much the first frame begins before the transition does; less than 0 where it begins after. */
  readonly leadTicks: number
  readonly frames: number
}

/** So many frames are encoded ahead of the first one that is wanted: an encoder's frame needs the one before it. */
const AHEAD = 4
const BEHIND = 2
const SOUND_GAP_SECONDS = 0.015
/** Sound so far from where the transition is has nothing to do with it. */
const MARGIN_TICKS = TICKS_PER_SECOND

/** The frames, in order; `onArguments` is told what ffmpeg is. Throws a CutError, or the reason of an aborted signal. */
export async function crossfadeSound(
  wanted: SoundCrossfade,
  signal: AbortSignal,
  onArguments: (args: readonly string[]) => void,
): Promise<Buffer[]> {
  const { format, frames, ticks, leadTicks, sides } = wanted
  const { sampleRate, samplesPerFrame } = format
  const encoder = soundEncoder(format)
  const samplesOf = (length: number) => Math.round((length * sampleRate) / TICKS_PER_SECOND)
  // an encoder's frames lag behind its samples: so many more samples come first that frames begin where they shall
  const fill = (samplesPerFrame - (encoder.delaySamples % samplesPerFrame)) % samplesPerFrame
  const ahead = AHEAD * samplesPerFrame + fill
  const fading = samplesOf(ticks)
  const before = Math.max(0, ahead + samplesOf(leadTicks))
  const after = BEHIND * samplesPerFrame
  const ofTicks = (samples: number) => (samples * TICKS_PER_SECOND) / sampleRate
  const [from, into] = sides
  const lengths = [before + fading, fading + after] as const
  const starts = [from.fromTicks - ofTicks(before), into.fromTicks]
  const heard = sides.filter((side) => trackOf(side) !== undefined)
  const chains = sides.map((side, n) => `${soundOf(heard.indexOf(side), lengths[n] ?? 0, format)}[s${n}]`)
  const first = (ahead + encoder.delaySamples) / samplesPerFrame
  const args = ffmpegArguments({
    inputs: heard.map(() => ['-copyts', '-f', 'mpegts']),
    filterGraph: [...chains, soundCrossfade('[s0]', '[s1]', '[sound]', fading)].join(';'),
    maps: ['[sound]'],
    outputOptions: encoder.options,
    format: encoder.container,
  })
  onArguments(args)
  const inputs = heard.map((side) => {
    const n = sides.indexOf(side)
    return feed(side, starts[n] ?? 0, ofTicks(lengths[n] ?? 0), signal)
  })
  const chunks: Buffer[] = []
  for await (const chunk of ffmpegOutput({ args, inputs }, { signal })) chunks.push(chunk)
  const made = framesIn(Buffer.concat(chunks), format).slice(first, first + frames)
  if (made.length < frames)
    throw new CutError(
      `the sound of a transition (${describeSound(format)}) has ${made.length} frames instead of ${frames}`,
    )
  return made
}

/** So many samples from where the input begins; silence where there is no input (-1), or nothing in it. */
function soundOf(input: number, samples: number, format: SoundFormat): string {
  const { sampleRate } = format
  const { layout } = soundEncoder(format)
  const shape = `aformat=sample_fmts=fltp:sample_rates=${sampleRate}:channel_layouts=${layout}`
  if (input < 0) return `anullsrc=r=${sampleRate}:cl=${layout},${shape},atrim=end_sample=${samples},asetpts=N`
  const start = ANCHOR_TICKS / TICKS_PER_SECOND
  const end = (start + samples / sampleRate).toFixed(6)
  const filled = `async=1:min_hard_comp=${SOUND_GAP_SECONDS}:first_pts=${start * sampleRate}`
  return `[${input}:a:0]atrim=start=${start}:end=${end},aresample=${sampleRate}:${filled},${shape},apad=whole_len=${samples},atrim=end_sample=${samples},asetpts=N`
}

function trackOf({ members, track }: FadingSound): SoundTrack | undefined {
  return members.map(({ loaded }) => loaded.index.tracks[track]).find((one) => (one?.units.length ?? 0) > 0)
}

/** The packets of the sound alone, `startTicks` brought to where ffmpeg's line begins. */
async function* feed(
  side: FadingSound,
  startTicks: number,
  lengthTicks: number,
  signal: AbortSignal,
): AsyncGenerator<Buffer> {
  const stream = trackOf(side)
  if (stream === undefined) return
  yield tablesOf(stream)
  for (const { loaded, liftTicks } of side.members) {
    const track = loaded.index.tracks[side.track]
    const near = track?.units.some(({ ptsTicks }) => {
      const ticks = ptsTicks + liftTicks
      return ticks > startTicks - MARGIN_TICKS && ticks < startTicks + lengthTicks + MARGIN_TICKS
    })
    if (track === undefined || near !== true) continue
    const bytes = await loaded.reread(signal)
    yield onePid(bytes, track.pid, Math.round(ANCHOR_TICKS - startTicks) + liftTicks)
  }
}
