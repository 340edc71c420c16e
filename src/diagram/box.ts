/** A state as a box of text: what stands in it, and how large that makes it. Pixels throughout. */
import type { Colour } from '../../machines/video.js'
import { type Gathered, notesOf, type Substep, substeps } from './arrangement.js'
import { type Chart, type ChartState, eventsOf, substatesOf } from './graph.js'
import { widthOf, wrap } from './text.js'

export const nameSize = 13.5
export const noteSize = 11
export const labelSize = 11.5
export const lineHeight = 15
export const padding = 10
const nameHeight = 20
const leastWidth = { all: 128, live: 108 } as const
const gapBetween = 22
/** Before the name, where a page says by a sign what the colour says. */
const signWidth = 18
const figureLines = 2

export interface Line {
  readonly text: string
  readonly kind: 'waits' | 'note' | 'effect'
  /** Of the line's middle, from the top of the box. */
  readonly y: number
}

export interface InnerBox {
  readonly state: ChartState
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
  /** What it takes without being left. */
  readonly notes: readonly string[]
}

/** An arrow from one inner box down to the next. */
export interface InnerArrow {
  readonly step: Substep
  readonly x: number
  readonly fromY: number
  readonly toY: number
}

export interface Box {
  readonly state: ChartState
  readonly colour: Colour
  readonly width: number
  readonly height: number
  readonly lines: readonly Line[]
  readonly inner: readonly InnerBox[]
  readonly innerArrows: readonly InnerArrow[]
  /** The middle of the first of the lines that are kept free for figures; null where none are. */
  readonly figuresY: number | null
}

/**
 * What stands in the boxes. `all`: what the chart says of the state. `live`: only what is needed where people look for what is going on,
 * with two lines' room for figures.
 */
export type Content = 'all' | 'live'

export function boxOf(chart: Chart, state: ChartState, gathered: readonly Gathered[], content: Content = 'all'): Box {
  const steps = substeps(chart, state.id)
  const substates = substatesOf(chart, state.id)
  const isLive = content === 'live'
  const inside = Math.max(
    leastWidth[content] - 2 * padding,
    widthOf(state.name, nameSize, true) + (isLive ? signWidth : 0),
    ...(isLive ? steps.map((step) => widthOf(eventsOf(step.transitions).join(', '), noteSize) + 2 * padding) : []),
    ...substates.map(({ name }) => widthOf(name, noteSize) + 2 * padding),
  )
  const texts = linesOf(chart, state, gathered, inside).filter(({ kind }) => !isLive || kind === 'waits')
  const notes = substates.map((substate, i) =>
    isLive ? [] : repeated(chart, substate, substates[i + 1], steps, inside - 2 * padding),
  )
  const width =
    2 * padding +
    Math.max(
      inside,
      ...texts.map(({ text }) => widthOf(text, noteSize)),
      ...notes.flat().map((text) => widthOf(text, noteSize) + 2 * padding),
    )
  const lines: Line[] = []
  const inner: InnerBox[] = []
  const innerArrows: InnerArrow[] = []
  let y = padding + nameHeight - 3
  const write = (kind: Line['kind']): void => {
    for (const { text } of texts.filter((line) => line.kind === kind)) {
      lines.push({ text, kind, y: y + lineHeight / 2 })
      y += lineHeight
    }
  }
  write('waits')
  const figuresY = y + lineHeight / 2
  if (isLive) y += figureLines * lineHeight
  for (const [i, substate] of substates.entries()) {
    const before = substates[i - 1]?.id
    const down = steps.find(({ from, to }) => from === before && to === substate.id)
    if (down) innerArrows.push({ step: down, x: 2 * padding, fromY: y, toY: y + gapBetween })
    y += down ? gapBetween : 5
    const ownNotes = notes[i] ?? []
    const height = 20 + ownNotes.length * (lineHeight - 1)
    inner.push({ state: substate, x: padding, y, width: width - 2 * padding, height, notes: ownNotes })
    y += height
  }
  if (substates.length > 0) y += 5
  write('effect')
  write('note')
  const colour = state.meta?.colour ?? 'grey'
  const height = y + padding - 3
  return { state, colour, width, height, lines, inner, innerArrows, figuresY: isLive ? figuresY : null }
}

/** The events that leave a substate where it is, and such as lead to another one than the next. */
function repeated(
  chart: Chart,
  { id }: ChartState,
  next: ChartState | undefined,
  steps: readonly Substep[],
  width: number,
): string[] {
  const moving = steps
    .filter(({ from, to }) => from === id && to !== next?.id)
    .flatMap(({ transitions, to }) =>
      eventsOf(transitions).map((event) => (to === id ? event : `${event} → ${to.split('.').at(-1)}`)),
    )
  return marked('↻', wrap([...new Set([...notesOf(chart, id), ...moving])], ',', width, noteSize))
}

/** What is said of a state in which nobody is waited for. */
const arrived = { video: 'has arrived', location: 'takes videos', node: 'waits for nobody' } as const

const marked = (mark: string, lines: string[]): string[] => lines.map((line, i) => (i === 0 ? `${mark} ${line}` : line))

function linesOf(
  chart: Chart,
  state: ChartState,
  gathered: readonly Gathered[],
  width: number,
): Pick<Line, 'text' | 'kind'>[] {
  const { meta } = state
  const effects = [state, ...substatesOf(chart, state.id)].flatMap((each) => each.effects)
  const arriving = gathered
    .filter(({ to }) => to === state.id)
    .flatMap(({ events, from, fromAll }) => {
      const names = fromAll ? ['from every', 'other state'] : ['from', ...listed(from)]
      return marked('⇠', wrap([...listed(events), ...names], '', width, noteSize))
    })
  const note = (text: string) => ({ text, kind: 'note' as const })
  return [
    { text: meta?.waitsFor ? `waits for ${meta.waitsFor}` : arrived[chart.subject.name], kind: 'waits' },
    ...effects.map((effect) => ({ text: `▸ ${effect}`, kind: 'effect' as const })),
    ...marked('↻', wrap(notesOf(chart, state.id), ',', width, noteSize)).map(note),
    ...arriving.map(note),
  ]
}

const listed = (names: readonly string[]): string[] =>
  names.map((name, i) => (i < names.length - 1 ? `${name},` : name))
