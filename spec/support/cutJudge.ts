/**
 * Judges a cut of a numbered stream (numberedStream.ts): is every picture there, once, in order, at its time, with its sound?
 * What it finds is a list of shortcomings, empty for a good cut; so that a judge can be judged, too.
 */
import { execFile, spawn } from 'node:child_process'
import { promisify } from 'node:util'
import { PITCH_SECONDS, type Shown, barsOf, look } from './numberedStream.js'

const run = promisify(execFile)

/** What a cut shall show: the pictures by their numbers, each with its time in the source, in seconds. */
export interface Wanted {
  /** Of each range, in order. */
  readonly ranges: readonly (readonly number[])[]
  readonly timeOf: (number: number) => number
  /** What the pitch of the sound beside a picture tells, in seconds. */
  readonly heardAt: (number: number) => number
  /** A usual step from one picture to the next, in seconds. */
  readonly step: number
  /** Pictures over which another is laid, by their places in the cut: its number, and how much of it is seen, 0 to 1. */
  readonly faded?: ReadonlyMap<number, { readonly over: number; readonly share: number }>
  /** Whether the source has sound at this time of its own; 'none' where it has no sound at all. */
  readonly sound: 'none' | ((seconds: number) => boolean)
}

/** What viewers don't notice, in seconds. */
const IN_STEP = 0.045
const SOUND_OFF = 0.025
/** So near to where one range follows another, sound of both is in a pitch that is measured. */
const NEAR_EDGE = 0.08
/** Levels of 255; the next picture differs from one by more than 200 in a bar or several. */
const FADED_OFF = 16

export async function shortcomingsOf(file: string, wanted: Wanted): Promise<string[]> {
  const [shown, complaints, soundTimes] = await Promise.all([look(file), complaintsOf(file), soundTimesOf(file)])
  const found: string[] = []
  const say = (bad: boolean, what: string) => {
    if (bad) found.push(what)
  }
  const numbers = wanted.ranges.flat()
  const { faded = new Map() } = wanted
  const wrongAt = numbers.findIndex((number, n) => !faded.has(n) && shown.numbers[n] !== number)
  say(shown.numbers.length !== numbers.length, `${shown.numbers.length} pictures instead of ${numbers.length}`)
  say(wrongAt >= 0, `picture ${wrongAt + 1} is number ${shown.numbers[wrongAt]}, not ${numbers[wrongAt]}`)
  for (const [n, { over, share }] of wanted.faded ?? []) {
    const off = barsOf(numbers[n] ?? 0, over, share).map((level, bit) =>
      Math.abs(level - (shown.bars[n]?.[bit] ?? 999)),
    )
    const most = Math.max(...off)
    say(most > FADED_OFF, `picture ${n + 1}, ${Math.round(100 * share)} % faded, is ${Math.round(most)} levels off`)
  }
  say(!grows(shown.pictureDts), 'decoding times of pictures go back')
  say(!grows(shown.soundDts), 'sound goes back')
  if (wrongAt < 0 && shown.numbers.length === numbers.length) found.push(...wrongSteps(shown, wanted))
  found.push(...wrongSound(shown, wanted, soundTimes))
  say(complaints !== '', `the decoder complains: ${complaints}`)
  return found
}

function wrongSteps({ pictureTimes }: Shown, { ranges, timeOf, step }: Wanted): string[] {
  const numbers = ranges.flat()
  const joins = new Set<number>()
  ranges.reduce((sum, range) => (joins.add(sum), sum + range.length), 0)
  const at = pictureTimes.findIndex((time, n) => {
    if (n === 0) return false
    const [before = 0, now = 0] = [numbers[n - 1], numbers[n]]
    const told = timeOf(now) - timeOf(before)
    const found = time - (pictureTimes[n - 1] ?? 0)
    // within a range as in the source; from one range to the next, a usual step more or less
    const asInSource = Math.abs(found - told) <= 0.25 * step
    return joins.has(n) ? found <= 0 || found > 4 * step : !asInSource
  })
  return at < 0 ? [] : [`an uneven step to picture ${at + 1}`]
}

function wrongSound({ sound, pictureTimes }: Shown, wanted: Wanted, soundTimes: readonly number[]): string[] {
  const numbers = wanted.ranges.flat()
  const { faded = new Map() } = wanted
  if (wanted.sound === 'none') return sound === undefined ? [] : ['sound where the source has none']
  if (sound === undefined) return ['no sound']
  const found: string[] = []
  const first = pictureTimes[0] ?? 0
  const end = (pictureTimes.at(-1) ?? 0) + wanted.step
  if (Math.abs(sound.from - first) > IN_STEP) found.push(`sound begins ${ms(sound.from - first)} ms after the picture`)
  if (Math.abs(sound.to - end) > IN_STEP + wanted.step)
    found.push(`sound ends ${ms(sound.to - end)} ms after the picture`)
  const steps = soundTimes.slice(1).map((time, n) => time - (soundTimes[n] ?? 0))
  const usual = [...steps].sort((a, b) => a - b)[steps.length >> 1] ?? 0
  if (steps.some((step) => Math.abs(step - usual) > Math.max(0.003, usual / 4)))
    found.push('steps of the sound are uneven')
  let begun = 0
  const edges = [end, ...wanted.ranges.map(({ length }) => pictureTimes[(begun += length) - length] ?? end)]
  const off = pictureTimes.flatMap((time, n) => {
    const number = numbers[n] ?? 0
    const inside = !faded.has(n) && edges.every((edge) => Math.abs(edge - time) > NEAR_EDGE)
    const source = wanted.heardAt(number)
    const told = source % PITCH_SECONDS
    if (!inside || told < 0.2 || told > PITCH_SECONDS - 0.2) return []
    if (![-0.1, 0, 0.1].every((by) => (wanted.sound as (seconds: number) => boolean)(source + by))) return []
    const heard = sound.pitchSecondsAt(time)
    return heard === undefined ? [] : [heard - told]
  })
  const worst = off.reduce((most, one) => (Math.abs(one) > Math.abs(most) ? one : most), 0)
  if (Math.abs(worst) > SOUND_OFF) found.push(`sound is ${ms(worst)} ms off its picture`)
  return found
}

const grows = (times: readonly number[]): boolean => times.slice(1).every((time, n) => time > (times[n] ?? 0))
const ms = (seconds: number): number => Math.round(seconds * 1000)

async function soundTimesOf(file: string): Promise<number[]> {
  const args = ['-v', 'error', '-select_streams', 'a:0', '-show_entries', 'packet=pts_time', '-of', 'csv=p=0', file]
  const { stdout } = await run(process.env['FFPROBE_PATH'] || 'ffprobe', args, { maxBuffer: 1 << 26 })
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => Number(line.split(',')[0]))
}

/** The first complaint of a decoder that reads it all. */
function complaintsOf(file: string): Promise<string> {
  const args = [
    '-nostdin',
    '-v',
    'warning',
    // else ffmpeg moves timestamps where it guesses a jump, as it does for pictures at uneven steps
    '-copyts',
    '-i',
    file,
    '-map',
    '0:v:0',
    '-map',
    '0:a?',
    '-fps_mode',
    'passthrough',
    '-enc_time_base',
    '1:90000',
    '-f',
    'null',
    '-',
  ]
  const child = spawn(process.env['FFMPEG_PATH'] || 'ffmpeg', args, { stdio: ['ignore', 'ignore', 'pipe'] })
  let said = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text))
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', () => resolve(said.trim().split('\n')[0] ?? ''))
  })
}
