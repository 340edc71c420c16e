/** The page of a quality's maps: one for each node, over the same hours, with what they lack in words. */
import { escaped } from '../../diagram/text.js'
import { COLUMNS_AN_HOUR, MAP_HEIGHT, type MapSpan } from '../../segments/coverage/map.js'
import { isWhole } from '../../segments/coverage/figures.js'
import type { CoveredHour } from './hours.js'
import { hourLabels, pixelsAColumn } from './labels.js'
import { percent } from './percent.js'
import { mapPng } from './png.js'
import type { ToldRound } from './rounds.js'

export interface MapPage {
  readonly channel: string
  readonly quality: string
  readonly hours: readonly CoveredHour[]
  readonly span: MapSpan
  readonly rounds: readonly ToldRound[]
  /** Whose maps there are beside this one. */
  readonly others: readonly { readonly channel: string; readonly quality: string }[]
}

/** Of the hours in which something is wrong so many are told in words. */
const MOST_TOLD = 48

/** One document, with its images in it. */
export async function mapPage(page: MapPage): Promise<string> {
  const { channel, quality, span } = page
  const nodes = [...new Set(page.hours.map(({ node }) => node))].sort()
  const sections: string[] = []
  for (const node of nodes) {
    const hours = page.hours.filter((hour) => hour.node === node)
    const round = page.rounds.find((one) => one.node === node)
    sections.push(await section(node, hours, span, round))
  }
  const title = `Footage of ${channel}/${quality}`
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escaped(title)}</title>
<link rel="stylesheet" href="/public/page.css">
<link rel="stylesheet" href="/public/coverage.css">
<link rel="icon" href="data:,">
</head>
<body>
<header><h1>${escaped(title)}</h1><p>${others(page)}</p></header>
<main>
<p class="key"><span class="full"></span> full <span class="not-full"></span> there, but not all of it in full segments <span class="missing"></span> missing. Two seconds a row, ten minutes a column, times in UTC.</p>
${sections.join('\n')}
</main>
</body>
</html>
`
}

const others = ({ channel, quality, others }: MapPage): string =>
  others
    .filter((one) => one.channel !== channel || one.quality !== quality)
    .map((one) => {
      const path = `/coverage/${encodeURIComponent(one.channel)}/${encodeURIComponent(one.quality)}.html`
      return `<a href="${escaped(path)}">${escaped(`${one.channel}/${one.quality}`)}</a>`
    })
    .join(' · ')

async function section(
  node: string,
  hours: readonly CoveredHour[],
  span: MapSpan,
  round: ToldRound | undefined,
): Promise<string> {
  return `<section aria-label="${escaped(node)}">
<h2>${escaped(node)} <small>${escaped(standing(round))}</small></h2>
<p>${escaped(summary(hours))}</p>
<div class="map-frame" tabindex="0" role="region" aria-label="The map of ${escaped(node)}, which may be wider than the screen">${await drawing(hours, span, node)}</div>
${table(hours)}
</section>`
}

function standing(round: ToldRound | undefined): string {
  if (round === undefined) return ''
  const looked =
    round.endedAt === null
      ? `is looking since ${shown(round.begunAt)}: ${round.done} of ${round.hours} hours`
      : `looked at ${shown(round.endedAt)}`
  return `${round.state}, ${looked}${round.unreadable.length > 0 ? `; ${round.unreadable[0]}` : ''}`
}

const shown = (utc: string): string => utc.slice(0, 19).replace('T', ' ')

function summary(hours: readonly CoveredHour[]): string {
  const sum = (of: (hour: CoveredHour) => number): number => hours.reduce((total, hour) => total + of(hour), 0)
  const all = sum(({ figures }) => figures.ofSeconds)
  const raw = sum(({ figures }) => figures.rawSeconds)
  const holes = sum(({ figures }) => figures.rawHoles)
  return `${hours.length} ${hours.length === 1 ? 'hour' : 'hours'}, ${percent(raw, all)} of their time covered, ${counted(holes, 'hole')}`
}

const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`

async function drawing(hours: readonly CoveredHour[], span: MapSpan, node: string): Promise<string> {
  const wide = pixelsAColumn(span)
  const width = span.hours * COLUMNS_AN_HOUR * wide
  const left = 34
  const image = (await mapPng(hours, span)).toString('base64')
  const minutes = [0, 2, 4, 6, 8, 10].map(
    (minute) =>
      `<text class="minute" x="${left - 4}" y="${(minute / 10) * MAP_HEIGHT + 8}" text-anchor="end">${minute}</text>`,
  )
  const labels = hourLabels(span).map(({ atHour, hour, day }) => {
    const x = left + atHour * COLUMNS_AN_HOUR * wide
    const lines = [
      `<line x1="${x}" x2="${x}" y1="4" y2="${MAP_HEIGHT + (day === null ? 8 : 24)}"/>`,
      `<text x="${x + 2}" y="${MAP_HEIGHT + 16}">${hour}</text>`,
    ]
    return day === null ? lines : [...lines, `<text class="day" x="${x + 2}" y="${MAP_HEIGHT + 30}">${day}</text>`]
  })
  return `<svg class="map" role="img" aria-label="${escaped(`what ${node} has, hour by hour`)}" width="${left + width + 60}" height="${MAP_HEIGHT + 38}" xmlns="http://www.w3.org/2000/svg">
<image x="${left}" y="4" width="${width}" height="${MAP_HEIGHT}" preserveAspectRatio="none" image-rendering="pixelated" href="data:image/png;base64,${image}"/>
${[...minutes, ...labels.flat()].join('\n')}
</svg>`
}

function table(hours: readonly CoveredHour[]): string {
  const wrong = hours.filter(({ figures }) => !isWhole(figures)).reverse()
  if (wrong.length === 0) return ''
  const rows = wrong.slice(0, MOST_TOLD).map(({ hour, figures }) => {
    const [first] = figures.holes
    const hole = first === undefined ? '' : `${clock(first[0])} to ${clock(first[1])}`
    const { suspect, partial } = figures.segments
    const cells = [
      ...[hour, percent(figures.rawSeconds, figures.ofSeconds), String(figures.rawHoles), hole],
      ...[String(figures.editableHoles), String(suspect.count), String(partial.count), String(figures.bad)],
    ]
    return `<tr>${cells.map((cell) => `<td>${escaped(cell)}</td>`).join('')}</tr>`
  })
  const head = ['hour', 'covered', 'holes', 'the first', 'holes for cuts', 'suspect', 'partial', 'unreadable']
  const more = wrong.length > MOST_TOLD ? `<p>and ${wrong.length - MOST_TOLD} hours before</p>` : ''
  return `<div class="table-frame"><table><thead><tr>${head.map((one) => `<th scope="col">${one}</th>`).join('')}</tr></thead><tbody>${rows.join('')}</tbody></table></div>${more}`
}

const clock = (ms: number): string => new Date(ms).toISOString().slice(11, 23)
