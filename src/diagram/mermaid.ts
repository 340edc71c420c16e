/** The chart as text for Mermaid, which GitHub and others draw. */
import { substeps } from './arrangement.js'
import { arrows, type Chart, type ChartTransition, substatesOf, topStates } from './graph.js'
import { colours } from './style.js'

/** Every transition of the chart stands in it, with its guard. */
export function mermaidOf(chart: Chart): string {
  const states = topStates(chart)
  const lines = [
    'stateDiagram-v2',
    'direction LR',
    `[*] --> ${chart.initial}`,
    ...states.flatMap((state) => [`${state.id}: ${state.id}`, ...composite(chart, state.id)]),
    ...arrows(chart).map(({ from, to, transitions }) => `${from} --> ${to}: ${labelled(transitions)}`),
    ...states.flatMap((state) => repeated(chart, state.id)),
    ...everywhere(chart),
    ...Object.entries(colours).map(([colour, [fill]]) => `classDef ${colour} fill:${fill},color:#1b2129`),
    ...states.map(({ id, meta }) => `class ${id} ${meta?.colour ?? 'grey'}`),
  ]
  return `${lines.join('\n')}\n`
}

const labelled = (transitions: readonly Pick<ChartTransition, 'event' | 'guard'>[]): string =>
  transitions.map(({ event, guard }) => (guard ? `${event} [${guard}]` : event)).join('<br>')

function composite(chart: Chart, id: string): string[] {
  const substates = substatesOf(chart, id)
  if (substates.length === 0) return []
  return [
    `state ${id} {`,
    ...substates.filter(({ initial }) => initial).map(({ name }) => `  [*] --> ${name}`),
    ...substeps(chart, id).map(
      ({ from, to, transitions }) => `  ${nameOf(from)} --> ${nameOf(to)}: ${labelled(transitions)}`,
    ),
    ...substates.flatMap((state) =>
      chart.transitions
        .filter(({ from, to }) => from === state.id && to === null)
        .map((transition) => `  ${state.name} --> ${state.name}: ${labelled([transition])}`),
    ),
    '}',
  ]
}

const nameOf = (id: string): string => id.split('.').at(-1) ?? id

function repeated(chart: Chart, id: string): string[] {
  const staying = chart.transitions.filter(({ from, to }) => from === id && (to === null || to === id))
  return staying.length > 0 ? [`${id} --> ${id}: ${labelled(staying)}`] : []
}

function everywhere({ initial, everywhere: taken }: Chart): string[] {
  if (taken.length === 0) return []
  return [
    `note left of ${initial}`,
    '  In every state:',
    ...taken.map((transition) => `  ${labelled([transition])}`),
    'end note',
  ]
}
