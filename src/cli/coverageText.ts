/** Hours of footage for a terminal: what is whole in one line, what is not drawn minute by minute. */
import type { CoveredHour } from '../http/coverage/hours.js'
import { percent } from '../http/coverage/percent.js'
import type { ToldRound } from '../http/coverage/rounds.js'
import { isWhole } from '../segments/coverage/figures.js'
import { hourOf, hourStartMs } from '../segments/path.js'
import { PIECES_AN_HOUR, type Piece, readPieces } from '../segments/coverage/pieces.js'
import { paint } from './console.js'

const HOUR_MS = 3_600_000
const PIECES_A_MINUTE = PIECES_AN_HOUR / 60

/** @param hours in order of channel, quality, node and time. @param isCut whether there are earlier ones. */
export function coverageText(hours: readonly CoveredHour[], rounds: readonly ToldRound[], isCut: boolean): string {
  const blocks = new Map<string, CoveredHour[]>()
  for (const hour of hours) {
    const key = [hour.channel, hour.quality, hour.node].join('/')
    blocks.set(key, [...(blocks.get(key) ?? []), hour])
  }
  return [
    ...[...blocks.values()].map((block) => blockText(block, rounds)),
    [
      `${paint('blue', '█')} full  ${paint('yellow', '▓')} there, but not all of it in full segments  ▄ in part  · missing; a character a minute, UTC`,
      ...(isCut ? ['There are earlier hours: --hours N, --to TIME.'] : []),
    ].join('\n'),
  ].join('\n\n')
}

function blockText(hours: readonly CoveredHour[], rounds: readonly ToldRound[]): string {
  const [first] = hours
  if (first === undefined) return ''
  const round = rounds.find(({ node }) => node === first.node)
  const at = first.node === '' ? '' : ` at ${first.node}`
  return [`${paint('bold', `${first.channel}/${first.quality}${at}`)}${standing(round)}`, ...lines(hours)].join('\n')
}

function standing(round: ToldRound | undefined): string {
  if (round === undefined) return ''
  const { state, endedAt, begunAt, done, hours } = round
  const clock = (utc: string): string => utc.slice(0, 19).replace('T', ' ')
  const looked =
    endedAt === null ? `looking since ${clock(begunAt)}, ${done} of ${hours} hours` : `looked at ${clock(endedAt)}`
  return ` (${state}, ${looked})`
}

/** Whole hours in a row are one line, and so are those of which there is no folder. */
function lines(hours: readonly CoveredHour[]): string[] {
  const told: string[] = []
  let whole: CoveredHour[] = []
  const tellWhole = (): void => {
    const [first, last] = [whole[0], whole.at(-1)]
    if (first !== undefined && last !== undefined)
      told.push(`${span(first.hour, last.hour)}  ${paint('blue', count(whole.length, 'hour'))} whole`)
    whole = []
  }
  let before: number | null = null
  for (const hour of hours) {
    const startMs = hourStartMs(hour.hour) ?? 0
    const missing = before === null ? 0 : (startMs - before) / HOUR_MS - 1
    if (missing > 0) {
      tellWhole()
      const [from, to] = [startMs - missing * HOUR_MS, startMs - HOUR_MS].map(hourOf)
      told.push(`${span(from ?? '', to ?? '')}  ${paint('red', count(missing, 'hour'))} without any footage`)
    }
    before = startMs
    if (isWhole(hour.figures) && hour.figures.ofSeconds === 3600 && hour.figures.editableHoles + hour.figures.bad === 0)
      whole.push(hour)
    else {
      tellWhole()
      told.push(line(hour))
    }
  }
  tellWhole()
  return told
}

const count = (n: number, what: string): string => `${n} ${what}${n === 1 ? '' : 's'}`
const span = (from: string, to: string): string => (from === to ? from : `${from} to ${to}`)

function line({ hour, pieces, figures }: CoveredHour): string {
  const { rawSeconds, ofSeconds, rawHoles, editableHoles, segments, bad, holes } = figures
  const [first] = holes
  const clock = (ms: number): string => new Date(ms).toISOString().slice(14, 23)
  const words = [
    percent(rawSeconds, ofSeconds).padStart(7),
    ...(ofSeconds < 3600 ? ['so far'] : []),
    ...(first === undefined
      ? []
      : [`${count(rawHoles, 'hole')}${rawHoles > 1 ? ', the first' : ''} ${clock(first[0])} to ${clock(first[1])}`]),
    ...(editableHoles > rawHoles ? [`${count(editableHoles, 'hole')} for cuts`] : []),
    ...(segments.suspect.count > 0 ? [`${segments.suspect.count} suspect`] : []),
    ...(segments.partial.count > 0 ? [`${segments.partial.count} partial`] : []),
    ...(bad > 0 ? [`${bad} unreadable ${bad === 1 ? 'name' : 'names'}`] : []),
  ]
  return `${hour}  ${bar(pieces)}  ${words.join('  ')}`
}

const signs: Readonly<Record<Piece | 'part', string>> = { f: '█', n: '▓', m: '·', part: '▄' }

function bar(pieces: string): string {
  const all = readPieces(pieces)
  const minutes = Array.from({ length: 60 }, (_, minute) => {
    const own = all.slice(minute * PIECES_A_MINUTE, (minute + 1) * PIECES_A_MINUTE)
    const missing = own.filter((piece) => piece === 'm').length
    if (missing > 0) return missing === own.length ? 'm' : 'part'
    return own.includes('n') ? 'n' : 'f'
  })
  return minutes
    .map((kind) => (kind === 'n' ? paint('yellow', signs.n) : kind === 'm' ? signs.m : paint('blue', signs[kind])))
    .join('')
}
