/**
 * What of the chart is drawn as an arrow and what is written into a state's box. All that people can do from many states
 * (a reset, a draft, a link) would cover the picture with arrows that say the same: it is written where it leads to.
 */
import {
  type Arrow,
  arrows,
  type Chart,
  type ChartTransition,
  eventsOf,
  substatesOf,
  topStates,
  within,
} from './graph.js'

/** A video's way if nothing goes wrong: one straight line in the picture. */
export const mainLine = ['UNEDITED', 'EDITED', 'CLAIMED', 'FINALIZING', 'TRANSCODING', 'DONE'] as const

const manyStates = 3

/** Events that lead to `to` from several states, written there instead of being drawn. */
export interface Gathered {
  readonly to: string
  readonly events: readonly string[]
  readonly from: readonly string[]
  /** From every state but `to` itself. */
  readonly fromAll: boolean
  readonly transitions: readonly ChartTransition[]
}

export interface Substep {
  readonly from: string
  readonly to: string
  readonly transitions: readonly ChartTransition[]
}

export interface Arrangement {
  readonly drawn: readonly Arrow[]
  readonly gathered: readonly Gathered[]
}

/** Every transition between states is in exactly one of `drawn` and `gathered`. */
export function arrange(chart: Chart): Arrangement {
  const all = arrows(chart)
  const line = lineOf(chart)
  const onMainLine = ({ from, to }: Arrow): boolean => isStepOf(line, from, to)
  const sources = new Map<string, string[]>()
  for (const arrow of all.filter((arrow) => !onMainLine(arrow)))
    for (const event of eventsOf(arrow.transitions)) {
      const key = `${event} ${arrow.to}`
      sources.set(key, [...(sources.get(key) ?? []), arrow.from])
    }
  const isGathered = (arrow: Arrow, event: string): boolean =>
    !onMainLine(arrow) && byPeople(chart, event) && (sources.get(`${event} ${arrow.to}`)?.length ?? 0) >= manyStates
  const drawn = all
    .map((arrow) => ({ ...arrow, transitions: arrow.transitions.filter(({ event }) => !isGathered(arrow, event)) }))
    .filter(({ transitions }) => transitions.length > 0)
  return { drawn, gathered: gather(chart, all, isGathered) }
}

/** The states that the picture has from left to right, all else beside them. Charts without a way that all go are small: all of theirs. */
export const lineOf = (chart: Chart): readonly string[] =>
  chart.subject.name === 'video' ? mainLine : topStates(chart).map(({ id }) => id)

export const isStepOf = (line: readonly string[], from: string, to: string): boolean =>
  line.some((state, i) => state === from && line[i + 1] === to)

/** Of the way that a video takes if nothing goes wrong. */
export const isStepOfMainLine = (from: string, to: string): boolean => isStepOf(mainLine, from, to)

const byPeople = ({ subject }: Chart, event: string): boolean =>
  ['editor', 'operator'].includes(subject.events[event]?.by ?? '')

function gather(chart: Chart, all: Arrow[], isGathered: (arrow: Arrow, event: string) => boolean): Gathered[] {
  const single = new Map<string, { to: string; event: string; from: string[]; transitions: ChartTransition[] }>()
  for (const arrow of all)
    for (const transition of arrow.transitions.filter(({ event }) => isGathered(arrow, event))) {
      const { to } = arrow
      const { event } = transition
      const entry = single.get(`${event} ${to}`) ?? { to, event, from: [], transitions: [] }
      if (!entry.from.includes(arrow.from)) entry.from.push(arrow.from)
      entry.transitions.push(transition)
      single.set(`${event} ${to}`, entry)
    }
  const others = topStates(chart).length - 1
  const alike = new Map<string, Gathered>()
  for (const { to, from, event, transitions } of single.values()) {
    const key = `${to} ${from.join()}`
    const before = alike.get(key)
    alike.set(key, {
      to,
      from,
      fromAll: from.length === others,
      events: [...(before?.events ?? []), event],
      transitions: [...(before?.transitions ?? []), ...transitions],
    })
  }
  return [...alike.values()]
}

/** The steps between the substates of `id`. What the state itself takes is taken in each of its substates. */
export function substeps(chart: Chart, id: string): Substep[] {
  const substates = substatesOf(chart, id).map((state) => state.id)
  const found = new Map<string, { from: string; to: string; transitions: ChartTransition[] }>()
  for (const transition of within(chart, id)) {
    const { from, to } = transition
    if (to === null || !substates.includes(to)) continue
    for (const source of from === id ? substates : [from]) {
      const step = found.get(`${source} ${to}`) ?? { from: source, to, transitions: [] }
      step.transitions.push(transition)
      found.set(`${source} ${to}`, step)
    }
  }
  return [...found.values()]
}

/** The events that the state or substate `id` takes itself and that leave it as it is. */
export const notesOf = ({ transitions }: Chart, id: string): string[] =>
  eventsOf(transitions.filter(({ from, to }) => from === id && (to === null || to === id)))
