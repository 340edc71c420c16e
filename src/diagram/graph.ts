/** The chart as plain data, read off the machine: what is drawn, written down or answered anywhere comes from here. */
import type * as t from 'io-ts'
import { type Definition, events } from '../../machines/events.js'
import { location, LOCATION_CHART_VERSION, locationEffects } from '../../machines/location.js'
import { locationEvents } from '../../machines/locationEvents.js'
import { node, NODE_CHART_VERSION, nodeEvents } from '../../machines/node.js'
import { CHART_VERSION, effectDescriptions, type StateMeta, video } from '../../machines/video.js'

export interface ChartState {
  /** `CLAIMED`, or with the substate `CLAIMED.STREAMING`. */
  readonly id: string
  readonly name: string
  /** The state that this is a substate of. */
  readonly parent: string | null
  /** Whether its parent begins with it. */
  readonly initial: boolean
  readonly description: string
  /** null for substates: the parent's counts. */
  readonly meta: StateMeta | null
  /** What entering it asks of the service. */
  readonly effects: readonly string[]
}

export interface ChartTransition {
  readonly from: string
  /** null where the event changes what the video knows, but not the state. */
  readonly to: string | null
  readonly event: string
  /** The name of the guard that has to hold; where several transitions of one event are there, the first that holds is taken. */
  readonly guard: string | null
  readonly effects: readonly string[]
}

/** Whose life a chart is, and where the words for it come from. */
export interface Subject {
  readonly name: 'video' | 'location' | 'node'
  readonly events: Readonly<Record<string, Definition<t.Mixed>>>
  /** What each effect asks of the service. */
  readonly effects: Readonly<Record<string, string>>
}

export interface Chart {
  readonly subject: Subject
  readonly version: number
  readonly initial: string
  readonly states: readonly ChartState[]
  readonly transitions: readonly ChartTransition[]
  /** Taken in every state, and leading nowhere else. */
  readonly everywhere: readonly Omit<ChartTransition, 'from'>[]
}

/** All that leads from one state to another: one arrow with several events. */
export interface Arrow {
  readonly from: string
  readonly to: string
  readonly transitions: readonly ChartTransition[]
}

type Node = typeof video.root | typeof location.root | typeof node.root

const idOf = (node: Pick<Node, 'path'>): string => node.path.join('.')

/** The chart of a video's life. */
export const readChart = (): Chart =>
  chartOf({ name: 'video', events, effects: effectDescriptions }, video.root, CHART_VERSION)

/** The chart of a location. */
export const readLocationChart = (): Chart =>
  chartOf({ name: 'location', events: locationEvents, effects: locationEffects }, location.root, LOCATION_CHART_VERSION)

/** The chart of a node's signs of life. */
export const readNodeChart = (): Chart =>
  chartOf({ name: 'node', events: nodeEvents, effects: {} }, node.root, NODE_CHART_VERSION)

/** By whose life they are. */
export const charts = { video: readChart, location: readLocationChart, node: readNodeChart } as const
export type ChartName = keyof typeof charts

/** Walks the machine. Every state and every transition is in the answer exactly once, in the machine's order. */
function chartOf(subject: Subject, root: Node, version: number): Chart {
  const nodes = descendants(root)
  return {
    subject,
    version,
    initial: nodes.find(({ parent, key }) => parent === root && key === root.config.initial)?.key ?? '',
    states: nodes.map(readState),
    transitions: nodes.flatMap((node) => transitionsOf(node).map((rest) => ({ from: idOf(node), ...rest }))),
    everywhere: transitionsOf(root),
  }
}

const descendants = (node: Node): Node[] =>
  Object.values<Node>(node.states).flatMap((child) => [child, ...descendants(child)])

function readState(node: Node): ChartState {
  const { parent } = node
  return {
    id: idOf(node),
    name: node.key,
    parent: parent && parent.path.length > 0 ? idOf(parent) : null,
    initial: parent?.config.initial === node.key,
    description: node.description ?? '',
    meta: node.meta ?? null,
    effects: effectsOf(node.entry),
  }
}

function transitionsOf(node: Node): Omit<ChartTransition, 'from'>[] {
  return [...node.transitions].flatMap(([event, taken]) =>
    taken.map(({ target, guard, actions }) => ({
      event,
      to: target?.[0] ? idOf(target[0]) : null,
      guard: nameOf(guard),
      effects: effectsOf(actions),
    })),
  )
}

/** These keep what the event says: they are no effects, they ask nothing of the service. */
const keeping = new Set(['note', 'count', 'pause', 'probe', 'clear'])

const effectsOf = (actions: readonly unknown[]): string[] =>
  actions.flatMap((action) => nameOf(action) ?? []).filter((name) => !keeping.has(name))

function nameOf(described: unknown): string | null {
  if (typeof described === 'string') return described
  const type = typeof described === 'object' && described !== null && 'type' in described ? described.type : null
  return typeof type === 'string' ? type : null
}

export const topOf = (id: string): string => id.split('.')[0] ?? id

export const topStates = ({ states }: Chart): ChartState[] => states.filter(({ parent }) => parent === null)

export const substatesOf = ({ states }: Chart, id: string): ChartState[] => states.filter(({ parent }) => parent === id)

/** What leads from a state, its substates included, to another one; what stays within the state is left out. */
export function arrows(chart: Chart): Arrow[] {
  const found = new Map<string, { from: string; to: string; transitions: ChartTransition[] }>()
  for (const transition of chart.transitions) {
    const [from, to] = [topOf(transition.from), topOf(transition.to ?? transition.from)]
    if (from === to) continue
    const arrow = found.get(`${from} ${to}`) ?? { from, to, transitions: [] }
    arrow.transitions.push(transition)
    found.set(`${from} ${to}`, arrow)
  }
  return [...found.values()]
}

/** What leaves the video in the state `id`: notes, repeated entries, and steps between its substates. */
export const within = (chart: Chart, id: string): ChartTransition[] =>
  chart.transitions.filter(({ from, to }) => topOf(from) === id && topOf(to ?? from) === id)

/** The names of the events, each once. */
export const eventsOf = (transitions: readonly { readonly event: string }[]): string[] => [
  ...new Set(transitions.map(({ event }) => event)),
]
