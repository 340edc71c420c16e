import { TICKS_PER_SECOND } from '../segments/pesHeader.js'
import type { PictureFormat, SoundFormat } from './probe.js'
import type { Run } from './runs.js'
import { type Placed, VIDEO_START_TICKS } from './timeline.js'

/** Sound is brought into step where it is off by more than this: less than a frame of AAC, more than any jitter of its timestamps. */
const SOUND_GAP_SECONDS = 0.015

/**
 * The filter graph of a full cut: out of each input (the run of the same index, whose pictures are as `pictures` says)
 * exactly the wanted pictures and samples, on one exact timeline. Its outputs are `[picture]` and, where `sound` says
 * how that shall be, `[sound]`.
 */
export function fullCutGraph(
  placed: readonly Placed[],
  pictures: readonly PictureFormat[],
  sound: SoundFormat | undefined,
): string {
  const count = placed.length
  const chains = placed.map(({ run, startTicks }, index) => {
    return `[${index}:i:${run.picturePid}]${pictureChain(run, startTicks, pictures[index], pictures[0])}[p${index}]`
  })
  // not `concat`: it guesses how long the last picture of each part is shown, and guesses wrong where steps vary
  chains.push(`${labels('p', count)}interleave=nb_inputs=${count}[picture]`)
  if (sound !== undefined) {
    chains.push(...placed.map((one, index) => soundChain(one, index, sound)))
    // times in the output of concat are microseconds: counted anew, in samples, they don't drift
    const start = VIDEO_START_TICKS / TICKS_PER_SECOND
    chains.push(`${labels('s', count)}concat=n=${count}:v=0:a=1,asetpts=(N/SR+${start})/TB[sound]`)
  }
  return chains.join(';')
}

function pictureChain(
  run: Run,
  startTicks: number,
  own: PictureFormat | undefined,
  target: PictureFormat | undefined,
): string {
  const filters = [
    `trim=start_pts=${run.firstTicks}:end_pts=${run.lastTicks + 1}`,
    `setpts=PTS-${run.firstTicks}+${startTicks}`,
  ]
  if (own !== undefined && target !== undefined) {
    const size = `${target.width}:${target.height}`
    if (own.width !== target.width || own.height !== target.height) {
      filters.push(`scale=${size}:force_original_aspect_ratio=decrease`, `pad=${size}:-1:-1`)
    }
    filters.push(`setsar=${target.pixelAspect.replace(':', '/')}`)
  }
  return filters.join(',')
}

/** Sound for just as long as the pictures are shown: silence where the source has none, at the ends or in between. */
function soundChain({ run, startTicks, endTicks }: Placed, index: number, { sampleRate, layout }: SoundFormat): string {
  const toSamples = (ticks: number) => Math.round((ticks * sampleRate) / TICKS_PER_SECOND)
  const samples = toSamples(endTicks - VIDEO_START_TICKS) - toSamples(startTicks - VIDEO_START_TICKS)
  const format = `aformat=sample_fmts=fltp:sample_rates=${sampleRate}:channel_layouts=${layout}`
  if (run.soundPid === undefined) {
    return `anullsrc=r=${sampleRate}:cl=${layout},${format},atrim=end_sample=${samples},asetpts=N[s${index}]`
  }
  const endOfSound = run.firstTicks + endTicks - startTicks
  const seconds = (ticks: number) => (ticks / TICKS_PER_SECOND).toFixed(6)
  const filters = [
    `atrim=start=${seconds(run.firstTicks)}:end=${seconds(endOfSound)}`,
    // fills gaps, and what is missing before the first sample, with silence
    `aresample=${sampleRate}:async=1:min_hard_comp=${SOUND_GAP_SECONDS}:first_pts=${toSamples(run.firstTicks)}`,
    format,
    `apad=whole_len=${samples}`,
    `atrim=end_sample=${samples}`,
    'asetpts=N',
  ]
  return `[${index}:i:${run.soundPid}]${filters.join(',')}[s${index}]`
}

function labels(prefix: string, count: number): string {
  return Array.from({ length: count }, (_, index) => `[${prefix}${index}]`).join('')
}
