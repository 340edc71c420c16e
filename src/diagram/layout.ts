/**
 * Where everything of the picture stands, in pixels from the top left corner. ELK lays it out twice: first the main line
 * by itself, from left to right; then that line as one wide box, with all that is beside it in rows below. So the line is
 * straight whatever the chart says. Arrows that leap along the line pass above it.
 */
import type { ElkExtendedEdge, ElkNode, ElkPort } from 'elkjs/lib/elk-api.js'
import { arrange, type Arrangement, isStepOf, lineOf } from './arrangement.js'
import { type Box, boxOf, type Content, labelSize, lineHeight } from './box.js'
import { place, type Placement, type Point, type Rectangle, type Route, upright } from './elk.js'
import { type Arrow, type Chart, eventsOf, topStates } from './graph.js'
import { badness } from './badness.js'
import { type Legend, withLegend } from './legend.js'
import { widthOf } from './text.js'

export type PlacedBox = Box & Rectangle

export interface PlacedArrow {
  readonly arrow: Arrow
  readonly lines: readonly string[]
  readonly label: Rectangle
  /** From the border of one box, over the bends, to the border of the other. */
  readonly points: readonly Point[]
}

export interface Layout {
  readonly width: number
  readonly height: number
  readonly boxes: readonly PlacedBox[]
  readonly arrows: readonly PlacedArrow[]
  /** The dot from which a video begins, and the arrow to its first state. */
  readonly begin: Rectangle & { readonly points: readonly Point[] }
  readonly legend: Legend & Rectangle
  readonly arrangement: Arrangement
}

const beginId = 'begin'
const lineId = 'main line'
const margin = 14
/** How often the ports are sorted anew by where their arrows lead; the order settles after two or three times. */
const rounds = 4

/** All that the chart says, with a legend. */
export const layOut = async (chart: Chart): Promise<Layout> => withLegend(chart, await layOutBoxes(chart, 'all'))

/** The same, with less in it and room for live figures. */
export const layOutBoard = (chart: Chart): Promise<Omit<Layout, 'legend'>> => layOutBoxes(chart, 'live')

async function layOutBoxes(chart: Chart, content: Content): Promise<Omit<Layout, 'legend'>> {
  const arrangement = arrange(chart)
  const states = lineOf(chart)
  const isOnLine = (state: string): boolean => states.includes(state)
  const boxes = topStates(chart).map((state) => boxOf(chart, state, arrangement.gathered, content))
  const [onLine, beside] = [
    boxes.filter((box) => isOnLine(box.state.id)),
    boxes.filter((box) => !isOnLine(box.state.id)),
  ]
  const steps = arrangement.drawn.filter(({ from, to }) => isStepOf(states, from, to))
  const others = arrangement.drawn.filter((arrow) => !steps.includes(arrow))
  const line = await placeLine(chart, onLine, steps, content)
  const whole = await placeAround(states, line, beside, others, content)
  return assemble(states, line, whole, { boxes, arrangement })
}

const idOf = ({ from, to }: Arrow): string => `${from} ${to}`

const placeLine = (
  chart: Chart,
  boxes: readonly Box[],
  steps: readonly Arrow[],
  content: Content,
): Promise<Placement> =>
  place(
    [
      { id: beginId, width: 14, height: 14 },
      ...lineOf(chart)
        .flatMap((name) => boxes.filter(({ state }) => state.id === name))
        .map(nodeOf),
    ],
    [{ id: beginId, sources: [beginId], targets: [chart.initial] }, ...steps.map((arrow) => edgeOf(arrow))],
    { 'elk.direction': 'RIGHT', 'elk.layered.spacing.nodeNodeBetweenLayers': content === 'live' ? '8' : '16' },
  )

const nodeOf = ({ state, width, height }: Box) => ({ id: state.id, width, height })

function edgeOf(arrow: Arrow, from = arrow.from, to = arrow.to): ElkExtendedEdge {
  const layoutOptions = { 'elk.edgeLabels.placement': 'CENTER', 'elk.edgeLabels.inline': 'true' }
  return {
    id: idOf(arrow),
    sources: [from],
    targets: [to],
    labels: [{ text: idOf(arrow), ...labelOf(arrow), layoutOptions }],
  }
}

function labelOf(arrow: Arrow): { width: number; height: number } {
  const lines = eventsOf(arrow.transitions)
  return {
    width: Math.max(...lines.map((text) => widthOf(text, labelSize))) + 10,
    height: lines.length * lineHeight + 4,
  }
}

/** An end of an arrow at a state of the line. */
interface End {
  readonly state: string
  readonly arrow: Arrow
  readonly side: 'NORTH' | 'SOUTH'
}

const portOf = (state: string, arrow: Arrow): string => `${state}:${idOf(arrow)}`

async function placeAround(
  states: readonly string[],
  line: Placement,
  beside: readonly Box[],
  arrows: readonly Arrow[],
  content: Content,
): Promise<Placement> {
  const isOnLine = (state: string): boolean => states.includes(state)
  const isLeap = (arrow: Arrow): boolean => isLeapOf(states, arrow)
  const ends = arrows.flatMap((arrow) =>
    [arrow.from, arrow.to]
      .filter(isOnLine)
      .map((state): End => ({ state, arrow, side: isLeap(arrow) ? 'NORTH' : 'SOUTH' })),
  )
  const middleOf = (placed: Placement | null, id: string): number => {
    const { x, width } = line.nodes.get(id) ?? placed?.nodes.get(id) ?? { x: 0, width: 0 }
    return x + width / 2
  }
  const leaps = arrows.filter(isLeap)
  const edges = [
    ...leaps.flatMap((arrow) =>
      halves(states, arrow).map(({ id, port, state }) => ({ id, sources: [port], targets: [portOf(state, arrow)] })),
    ),
    ...arrows
      .filter((arrow) => !isLeap(arrow))
      .map((arrow) => {
        const [from, to] = [arrow.from, arrow.to].map((state) => (isOnLine(state) ? portOf(state, arrow) : state))
        return edgeOf(arrow, from, to)
      }),
  ]
  let best: Placement | null = null
  let last: Placement | null = null
  for (let round = 0; round < rounds; round++) {
    const before = last
    const ports = portsOf(line, ends, ({ state, arrow }) =>
      middleOf(before, arrow.from === state ? arrow.to : arrow.from),
    )
    const layoutOptions = { 'elk.portConstraints': 'FIXED_POS' }
    const wholeLine = { id: lineId, width: line.width, height: line.height, ports, layoutOptions }
    last = await place(
      [...leaps.map((arrow) => leapNode(states, arrow)), wholeLine, ...beside.map(nodeOf)],
      edges,
      content === 'live' ? narrow : downward,
    )
    if (!best || badness(last) < badness(best)) best = last
  }
  if (!best) throw new Error('the chart was never laid out')
  return best
}

const downward = {
  'elk.direction': 'DOWN',
  'elk.layered.nodePlacement.strategy': 'NETWORK_SIMPLEX',
  'elk.layered.thoroughness': '30',
  'elk.spacing.nodeNode': '24',
  'elk.spacing.edgeNode': '12',
  'elk.spacing.edgeEdge': '11',
  'elk.layered.spacing.nodeNodeBetweenLayers': '14',
  'elk.layered.spacing.edgeNodeBetweenLayers': '11',
  'elk.layered.spacing.edgeEdgeBetweenLayers': '10',
}

/** A fifth narrower, and with longer ways: for a page that has to show all of it at once. */
const narrow = {
  ...downward,
  'elk.layered.nodePlacement.strategy': 'LINEAR_SEGMENTS',
  'elk.layered.compaction.postCompaction.strategy': 'EDGE_LENGTH',
  'elk.layered.spacing.nodeNodeBetweenLayers': '10',
  'elk.layered.spacing.edgeNodeBetweenLayers': '9',
  'elk.layered.spacing.edgeEdgeBetweenLayers': '9',
}

/** From a state of the line over others to another one of it. */
const isLeapOf = (line: readonly string[], { from, to }: Arrow): boolean => line.includes(from) && line.includes(to)

/** A leap's two halves, from its label in the middle down to the left and to the right. */
function halves(line: readonly string[], arrow: Arrow): { id: string; port: string; state: string; side: string }[] {
  const ordered = line.filter((state) => state === arrow.from || state === arrow.to)
  return ordered.map((state, i) => ({
    state,
    id: `${idOf(arrow)} ${i}`,
    port: `${idOf(arrow)}:${i}`,
    side: i === 0 ? 'WEST' : 'EAST',
  }))
}

// ELK would set the label of an arrow from a box to itself beside it: as a box of its own it gets room
const leapNode = (line: readonly string[], arrow: Arrow): ElkNode => ({
  id: idOf(arrow),
  ...labelOf(arrow),
  ports: halves(line, arrow).map(({ port, side }) => ({
    id: port,
    width: 0,
    height: 0,
    layoutOptions: { 'elk.port.side': side },
  })),
  layoutOptions: { 'elk.portConstraints': 'FIXED_SIDE' },
})

/** Ports spread evenly over the lower or upper side of each state, those that lead to the left at the left. */
function portsOf(line: Placement, ends: readonly End[], toward: (end: End) => number): ElkPort[] {
  return [...line.nodes].flatMap(([state, { x, width }]) =>
    (['NORTH', 'SOUTH'] as const).flatMap((side) => {
      const here = ends.filter((end) => end.state === state && end.side === side)
      const sorted = here.map((end, i) => ({ end, i })).sort((a, b) => toward(a.end) - toward(b.end) || a.i - b.i)
      return sorted.map(({ end }, i) => ({
        id: portOf(state, end.arrow),
        x: x + ((i + 1) * width) / (sorted.length + 1),
        y: side === 'NORTH' ? 0 : line.height,
        width: 0,
        height: 0,
        layoutOptions: { 'elk.port.side': side },
      }))
    }),
  )
}

function assemble(
  states: readonly string[],
  line: Placement,
  whole: Placement,
  { boxes, arrangement }: { boxes: Box[]; arrangement: Arrangement },
): Omit<Layout, 'legend'> {
  const lineAt = whole.nodes.get(lineId) ?? nowhere
  const onPage = <P extends Point>(point: P): P => ({ ...point, x: point.x + margin, y: point.y + margin })
  const onLinePage = <P extends Point>(point: P): P =>
    onPage({ ...point, x: point.x + lineAt.x, y: point.y + lineAt.y })
  const rectangles = new Map([
    ...[...line.nodes].map(([id, node]) => [id, onLinePage(node)] as const),
    ...[...whole.nodes].map(([id, node]) => [id, onPage(node)] as const),
  ])
  const rectangleOf = (id: string): Rectangle => rectangles.get(id) ?? nowhere
  const arrows = arrangement.drawn.map((arrow): PlacedArrow => {
    const step = line.routes.get(idOf(arrow))
    const { label, points } = step ?? routeOf(states, arrow, whole)
    const move = step ? onLinePage : onPage
    const onto = points.map(move)
    return {
      arrow,
      lines: eventsOf(arrow.transitions),
      label: move(label),
      points: step ? onto : reaching(onto, rectangleOf(arrow.from), rectangleOf(arrow.to)),
    }
  })
  return {
    width: Math.ceil(whole.width + 2 * margin),
    height: Math.ceil(whole.height + 2 * margin),
    boxes: boxes.map((box) => ({ ...box, ...rectangleOf(box.state.id) })),
    arrows,
    begin: { ...rectangleOf(beginId), points: (line.routes.get(beginId)?.points ?? []).map(onLinePage) },
    arrangement,
  }
}

const nowhere: Rectangle = { x: 0, y: 0, width: 0, height: 0 }

function routeOf(states: readonly string[], arrow: Arrow, { routes, nodes }: Placement): Route {
  if (!isLeapOf(states, arrow)) return routes.get(idOf(arrow)) ?? { label: nowhere, points: [] }
  const [left, right] = halves(states, arrow).map(({ id, state }) => ({ state, points: routes.get(id)?.points ?? [] }))
  const joined = [...(left?.points ?? [])].reverse().concat(right?.points ?? [])
  // the halves may leave their label at different heights
  const slants = joined.some(({ x, y }, i) => i > 0 && x !== joined[i - 1]?.x && y !== joined[i - 1]?.y)
  const rightward = slants ? upright(joined) : joined
  return {
    label: nodes.get(idOf(arrow)) ?? nowhere,
    points: left?.state === arrow.from ? rightward : rightward.reverse(),
  }
}

/** The line's boxes differ in height: an arrow that ends at the line's edge goes straight on to its box. */
function reaching(points: readonly Point[], from: Rectangle, to: Rectangle): Point[] {
  const [first, ...rest] = points
  const last = rest.pop()
  if (!first || !last) return [...points]
  return [ontoBorder(first, from), ...rest, ontoBorder(last, to)]
}

const ontoBorder = ({ x, y }: Point, { y: top, height }: Rectangle): Point =>
  y > top + height ? { x, y: top + height } : y < top ? { x, y: top } : { x, y }
