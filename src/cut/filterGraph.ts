import { TICKS_PER_SECOND } from '../segments/pesHeader.js'
import type { PictureFormat, SoundFormat } from './probe.js'
import { pictureCrossfade, soundCrossfade } from './crossfade.js'
import { type Piece, type Placed, VIDEO_START_TICKS } from './timeline.js'

/** Sound is brought into step where it is off by more than this: less than a frame of AAC, more than any jitter of its timestamps. */
const SOUND_GAP_SECONDS = 0.015

/**
 * The filter graph of a full cut: out of each input (a run of the pieces, in the order of `inputsOf`, whose pictures are as
 * `pictures` says) exactly the wanted pictures and samples, on one exact timeline. Its outputs are `[picture]` and, where
 * `sound` says how that shall be, `[sound]`.
 */
export function fullCutGraph(
  pieces: readonly Piece[],
  pictures: readonly PictureFormat[],
  sound: SoundFormat | undefined,
): string {
  const chains: string[] = []
  let input = 0
  for (const [index, piece] of pieces.entries()) {
    if ('run' in piece) {
      chains.push(`${pictureChain(piece, input, pictures)}[p${index}]`)
      if (sound !== undefined) chains.push(`${soundChain(piece, input, sound)}[s${index}]`)
      input++
      continue
    }
    const { crossfade, startTicks, tail, head } = piece
    const sides = [tail, head].map((side, n) => {
      const label = `${index}${'ab'[n]}`
      for (const [part, one] of side.entries()) {
        chains.push(`${pictureChain(one, input, pictures)}[p${label}${part}]`)
        if (sound !== undefined) chains.push(`${soundChain(one, input, sound)}[s${label}${part}]`)
        input++
      }
      return { label, parts: side.length }
    })
    chains.push(...sides.map(({ label, parts }) => `${labels(`p${label}`, parts)}concat=n=${parts}[p${label}]`))
    const [from, into] = sides.map(({ label }) => label)
    chains.push(...pictureCrossfade(`[p${from}]`, `[p${into}]`, `[p${index}]`, crossfade, startTicks))
    if (sound === undefined) continue
    const samples = samplesOf(piece, sound)
    chains.push(
      ...sides.map(({ label, parts }) => `${joinedSounds(`s${label}`, parts)},${exactly(samples)}[s${label}]`),
    )
    chains.push(soundCrossfade(`[s${from}]`, `[s${into}]`, `[s${index}]`, samples))
  }
  // not `concat`: it guesses how long the last picture of each part is shown, and guesses wrong where steps vary
  chains.push(`${labels('p', pieces.length)}interleave=nb_inputs=${pieces.length}[picture]`)
  if (sound !== undefined) {
    // times in the output of concat are microseconds: counted anew, in samples, they don't drift
    const start = VIDEO_START_TICKS / TICKS_PER_SECOND
    chains.push(`${joinedSounds('s', pieces.length)},asetpts=(N/SR+${start})/TB[sound]`)
  }
  return chains.join(';')
}

const joinedSounds = (label: string, count: number): string => `${labels(label, count)}concat=n=${count}:v=0:a=1`

function pictureChain({ run, startTicks }: Placed, input: number, pictures: readonly PictureFormat[]): string {
  const filters = [
    `trim=start_pts=${run.firstTicks}:end_pts=${run.lastTicks + 1}`,
    `setpts=PTS-${run.firstTicks}+${startTicks}`,
  ]
  const [own, target] = [pictures[input], pictures[0]]
  if (own !== undefined && target !== undefined) {
    const size = `${target.width}:${target.height}`
    if (own.width !== target.width || own.height !== target.height) {
      filters.push(`scale=${size}:force_original_aspect_ratio=decrease`, `pad=${size}:-1:-1`)
    }
    filters.push(`setsar=${target.pixelAspect.replace(':', '/')}`)
  }
  return `[${input}:i:${run.picturePid}]${filters.join(',')}`
}

/** How many samples lie in a stretch of the finished video, counted so that no rounding adds up. */
function samplesOf(
  { startTicks, endTicks }: { readonly startTicks: number; readonly endTicks: number },
  { sampleRate }: SoundFormat,
): number {
  const toSamples = (ticks: number) => Math.round((ticks * sampleRate) / TICKS_PER_SECOND)
  return toSamples(endTicks - VIDEO_START_TICKS) - toSamples(startTicks - VIDEO_START_TICKS)
}

const exactly = (samples: number): string => `apad=whole_len=${samples},atrim=end_sample=${samples},asetpts=N`

/** Sound for just as long as the pictures are shown: silence where the source has none, at the ends or in between. */
function soundChain(placed: Placed, input: number, sound: SoundFormat): string {
  const { run, startTicks, endTicks } = placed
  const { sampleRate, layout } = sound
  const samples = samplesOf(placed, sound)
  const format = `aformat=sample_fmts=fltp:sample_rates=${sampleRate}:channel_layouts=${layout}`
  if (run.soundPid === undefined) {
    return `anullsrc=r=${sampleRate}:cl=${layout},${format},atrim=end_sample=${samples},asetpts=N`
  }
  const endOfSound = run.firstTicks + endTicks - startTicks
  const seconds = (ticks: number) => (ticks / TICKS_PER_SECOND).toFixed(6)
  const filters = [
    `atrim=start=${seconds(run.firstTicks)}:end=${seconds(endOfSound)}`,
    // fills gaps, and what is missing before the first sample, with silence
    `aresample=${sampleRate}:async=1:min_hard_comp=${SOUND_GAP_SECONDS}:first_pts=${Math.round((run.firstTicks * sampleRate) / TICKS_PER_SECOND)}`,
    format,
    exactly(samples),
  ]
  return `[${input}:i:${run.soundPid}]${filters.join(',')}`
}

function labels(prefix: string, count: number): string {
  return Array.from({ length: count }, (_, index) => `[${prefix}${index}]`).join('')
}
