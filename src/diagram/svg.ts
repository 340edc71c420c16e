/** The chart as a picture. Every text in it comes from the chart. */
import type { Point } from './elk.js'
import { isStepOfMainLine } from './arrangement.js'
import { type InnerArrow, type InnerBox, labelSize, type Line, lineHeight, nameSize, noteSize, padding } from './box.js'
import { type Chart, type ChartTransition, eventsOf } from './graph.js'
import { type Layout, layOut, type PlacedArrow, type PlacedBox } from './layout.js'
import { pathOf, round } from './path.js'
import { chartStyle } from './style.js'
import { escaped } from './text.js'

export interface SvgOptions {
  /** Whether the style sheet is in the picture; a page that refuses inline styles brings `chartStyle` itself. Default true. */
  readonly style?: boolean
}

export async function svgOf(chart: Chart, options: SvgOptions = {}): Promise<string> {
  return draw(await layOut(chart), options)
}

export function draw(layout: Layout, { style = true }: SvgOptions = {}): string {
  const { width, height, boxes, arrows, begin, legend } = layout
  const colours = new Map(boxes.map(({ state, colour }) => [state.id, colour]))
  return `${[
    `<svg xmlns="http://www.w3.org/2000/svg" class="chart" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="The states of a video and what leads from one to another">`,
    ...(style ? [`<style>${chartStyle}</style>`] : []),
    `<g class="main"><circle class="begin" cx="${round(begin.x + begin.width / 2)}" cy="${round(begin.y + begin.height / 2)}" r="7"/>${line(begin.points)}</g>`,
    ...arrows.map((arrow) => drawArrow(arrow, colours.get(arrow.arrow.to) ?? 'grey')),
    ...boxes.map(drawBox),
    // labels last: where lines cross, no line may run over a label
    ...arrows.map(drawLabel),
    drawLegend(legend),
    '</svg>',
  ].join('\n')}\n`
}

const drawLegend = ({ x, y, width, height, lines }: Layout['legend']): string =>
  [
    `<g class="legend" transform="translate(${round(x)} ${round(y)})"><rect class="label-ground" width="${round(width)}" height="${round(height)}" rx="6"/>`,
    ...lines.map((text, i) => drawLine({ text, kind: 'note', y: padding / 2 + (i + 0.5) * lineHeight })),
    '</g>',
  ].join('')

function drawArrow({ arrow: { from, to, transitions }, points }: PlacedArrow, colour: string): string {
  const kind = isStepOfMainLine(from, to) ? 'main' : `to-${colour}`
  return `<g class="arrow ${kind}" data-from="${escaped(from)}" data-to="${escaped(to)}"><title>${escaped(saying(from, to, transitions))}</title>${line(points)}</g>`
}

function drawLabel({ arrow: { from, to, transitions }, label, lines }: PlacedArrow): string {
  const middle = round(label.x + label.width / 2)
  const first = label.y + label.height / 2 - ((lines.length - 1) * lineHeight) / 2
  return [
    `<g class="arrow-label" data-from="${escaped(from)}" data-to="${escaped(to)}"><title>${escaped(saying(from, to, transitions))}</title>`,
    `<rect class="label-ground" x="${round(label.x)}" y="${round(label.y)}" width="${round(label.width)}" height="${round(label.height)}" rx="6"/>`,
    ...lines.map(
      (text, i) =>
        `<text class="label" x="${middle}" y="${baseline(first + i * lineHeight, labelSize)}" text-anchor="middle">${escaped(text)}</text>`,
    ),
    '</g>',
  ].join('')
}

const saying = (from: string, to: string, transitions: readonly ChartTransition[]): string =>
  [`${from} → ${to}`, ...transitions.map(({ event, guard }) => (guard ? `${event}, if ${guard}` : event))].join('\n')

function drawBox({ state, colour, x, y, width, height, lines, inner, innerArrows }: PlacedBox): string {
  return [
    `<g id="state-${escaped(state.id)}" class="state ${colour}" data-state="${escaped(state.id)}" transform="translate(${round(x)} ${round(y)})">`,
    `<title>${escaped(`${state.name}: ${state.description}`)}</title>`,
    `<rect class="box" width="${round(width)}" height="${round(height)}" rx="9"/>`,
    `<text class="name" x="${padding}" y="${baseline(padding + 8, nameSize)}">${escaped(state.name)}</text>`,
    ...lines.map((line) => drawLine(line)),
    ...innerArrows.map(drawInnerArrow),
    ...inner.map(drawInner),
    ...drawCount(state.id, width),
    '</g>',
  ].join('')
}

/** The place for a live count, over the box's upper right corner: empty and unseen until a page fills it. */
const drawCount = (id: string, width: number): string[] => [
  `<rect class="count-ground" x="${round(width - 30)}" y="-10" width="38" height="20" rx="10"/>`,
  `<text class="count" data-state="${escaped(id)}" x="${round(width - 11)}" y="${baseline(0, 12.5)}" text-anchor="middle"></text>`,
]

const drawLine = ({ text, kind, y }: Line, x = padding): string =>
  `<text class="${kind}" x="${x}" y="${baseline(y, noteSize)}">${escaped(text)}</text>`

function drawInner({ state, x, y, width, height, notes }: InnerBox): string {
  return [
    `<g class="substate" data-substate="${escaped(state.id)}"><title>${escaped(`${state.name}: ${state.description}`)}</title>`,
    `<rect class="inner" x="${round(x)}" y="${round(y)}" width="${round(width)}" height="${height}" rx="5"/>`,
    `<text class="inner-name" x="${x + padding}" y="${baseline(y + 10, noteSize)}">${escaped(state.name)}</text>`,
    ...notes.map((text, i) => drawLine({ text, kind: 'note', y: y + 24 + i * (lineHeight - 1) }, x + padding)),
    '</g>',
  ].join('')
}

const drawInnerArrow = ({ step, x, fromY, toY }: InnerArrow): string =>
  `${line([
    { x, y: fromY },
    { x, y: toY },
  ])}<text class="inner-label" x="${round(x + 7)}" y="${baseline((fromY + toY) / 2, 11)}">${escaped(eventsOf(step.transitions).join(', '))}</text>`

function line(points: readonly Point[]): string {
  const path = pathOf(points)
  return path === null ? '' : `<path class="line" d="${path.line}"/><path class="head" d="${path.head}"/>`
}

/** Where to write so that the text's middle is at `middle`: half of a capital's height lower. */
const baseline = (middle: number, size: number): number => round(middle + size * 0.36)
