/** The chart as JSON, for whoever builds on it: nothing of the lifecycle has to be written down a second time. */
import type { Cause } from '../../machines/events.js'
import { effectDescriptions } from '../../machines/video.js'
import { mainLine } from './arrangement.js'
import { type Field, fieldsOf } from './fields.js'
import { type Chart, type ChartState, type ChartTransition, eventsOf, topOf } from './graph.js'

export interface MachineState extends ChartState {
  /** The substate that it begins with, where it has any. */
  readonly begins: string | null
  /** Events of editors and operators that some video in this state takes; guards may refuse them for a certain one. */
  readonly remedies: readonly string[]
}

export interface MachineEvent {
  readonly type: string
  readonly by: Cause
  readonly says: string
  /** The number of the newest form of its data. */
  readonly schema: number
  readonly data: readonly Field[]
}

export interface Machine {
  readonly version: number
  readonly initial: string
  /** The way of a video if nothing goes wrong; of a location there is none. */
  readonly mainLine: readonly string[]
  readonly states: readonly MachineState[]
  readonly transitions: readonly ChartTransition[]
  readonly everywhere: Chart['everywhere']
  readonly events: readonly MachineEvent[]
  readonly effects: readonly { readonly type: string; readonly description: string }[]
}

export const machineOf = (chart: Chart): Machine => ({
  version: chart.version,
  initial: chart.initial,
  mainLine: chart.subject.name === 'video' ? mainLine : [],
  states: chart.states.map((state) => ({
    ...state,
    begins: beginsWith(chart, state),
    remedies: remediesOf(chart, state.id),
  })),
  transitions: chart.transitions,
  everywhere: chart.everywhere,
  events: machineEvents(chart),
  effects: Object.entries(chart.subject.effects).map(([type, description]) => ({ type, description })),
})

export const machineEvents = ({ subject }: Chart): MachineEvent[] =>
  Object.entries(subject.events).map(([type, { by, says, schema, data }]) => ({
    ...{ type, by, says, schema },
    data: fieldsOf(data),
  }))

const beginsWith = ({ states }: Chart, { id }: ChartState): string | null =>
  states.find(({ parent, initial }) => parent === id && initial)?.name ?? null

/** What people can do about it in the state. */
export const remediesOf = ({ subject, transitions, everywhere }: Chart, id: string): string[] =>
  eventsOf([...transitions.filter(({ from }) => from === id || from === topOf(id)), ...everywhere]).filter((event) =>
    ['editor', 'operator'].includes(subject.events[event]?.by ?? ''),
  )

export const effectDescription = (effect: string): string =>
  Object.entries(effectDescriptions).find(([type]) => type === effect)?.[1] ?? ''
