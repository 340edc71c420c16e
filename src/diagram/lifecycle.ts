/** `docs/lifecycle.md` and `docs/location-lifecycle.md`: a chart in words and tables. */
import { type Chart, type ChartState, type ChartTransition, eventsOf, substatesOf, topOf, topStates } from './graph.js'
import { type MachineEvent, machineEvents, remediesOf } from './json.js'
import { mermaidOf } from './mermaid.js'

/** The command that writes the document of videos; it stands in its first line. */
export const lifecycleCommand = 'npx reelstate diagram --format markdown'

const words = {
  video: {
    command: lifecycleCommand,
    from: 'machines/video.ts and machines/events.ts',
    title: 'The life of a video',
    guards: 'machines/guards.ts',
  },
  location: {
    command: 'npx reelstate diagram --of location --format markdown',
    from: 'machines/location.ts and machines/locationEvents.ts',
    title: 'The life of a location',
    guards: 'machines/location.ts',
  },
  node: {
    command: 'npx reelstate diagram --of node --format markdown',
    from: 'machines/node.ts',
    title: 'The life of a node, as the others see it',
    guards: 'machines/node.ts',
  },
} as const

export function lifecycleOf(chart: Chart): string {
  const { name, effects } = chart.subject
  const { command, from, title, guards } = words[name]
  return `${[
    `<!-- Generated from ${from} by \`${command}\`. Change those, not this file. -->`,
    `# ${title}`,
    `Version ${chart.version} of the chart. A ${name} begins as ${chart.initial}. A guard in \`[ ]\` has to hold (\`${guards}\`); where one event has several ways, the first whose guard holds is taken.`,
    `\`\`\`mermaid\n${mermaidOf(chart)}\`\`\``,
    '## States',
    table(
      ['state', 'means', 'waits for', 'leaves by', 'what people can do'],
      topStates(chart).map((state) => stateRow(chart, state)),
    ),
    '### Substates',
    table(['substate', 'means', 'takes, beside what its state takes', 'asks the service for'], substateRows(chart)),
    '## Events',
    'Each has a form of data with a number of its own; older forms are brought up to date as they are read.',
    table(
      ['event', 'by', 'says', 'data', 'taken in'],
      machineEvents(chart).map((event) => eventRow(chart, event)),
    ),
    '### Data of each event',
    table(['event', 'schema', 'field', 'allowed'], machineEvents(chart).flatMap(fieldRows)),
    '## Effects',
    'What the chart asks of the service, as data: the service carries it out, a replay ignores it.',
    table(
      ['effect', 'what it asks', 'asked for'],
      Object.entries(effects).map(([effect, asks]) => [code(effect), asks, askedBy(chart, effect)]),
    ),
    '## Every event in every state',
    '`·` is refused, `↻` is taken without leaving the state, `*` depends on a guard.',
    table(
      ['', ...topStates(chart).map(({ id }) => id)],
      machineEvents(chart).map((event) => pairRow(chart, event)),
    ),
  ].join('\n\n')}\n`
}

const code = (text: string): string => `\`${text}\``
const cell = (text: string): string => text.replace(/\|/g, '\\|').replace(/\n/g, ' ')

/** In Markdown. */
export const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...rows].map((row) => `| ${row.map(cell).join(' | ')} |`).join('\n')

function stateRow(chart: Chart, { id, description, meta }: ChartState): string[] {
  const leaving = chart.transitions.filter(({ from, to }) => topOf(from) === id && topOf(to ?? from) !== id)
  return [
    meta?.error ? `**${id}** (error)` : `**${id}**`,
    description,
    meta?.waitsFor ?? 'nobody',
    leaving.map((transition) => `${shown(transition)} → ${topOf(transition.to ?? '')}`).join('<br>'),
    remediesOf(chart, id).join(', '),
  ]
}

const shown = ({ event, guard }: Pick<ChartTransition, 'event' | 'guard'>): string =>
  guard ? `${event} [${guard}]` : event

const substateRows = (chart: Chart): string[][] =>
  topStates(chart)
    .flatMap(({ id }) => substatesOf(chart, id))
    .map(({ id, description, effects, initial }) => [
      initial ? `**${id}** (first)` : `**${id}**`,
      description,
      chart.transitions
        .filter(({ from }) => from === id)
        .map(
          (transition) => `${shown(transition)}${transition.to && transition.to !== id ? ` → ${transition.to}` : ''}`,
        )
        .join('<br>'),
      effects.map(code).join(', '),
    ])

function eventRow(chart: Chart, { type, by, says, data }: MachineEvent): string[] {
  const states = eventStates(chart, type)
  return [
    code(type),
    by,
    says,
    [...new Set(data.map(({ name }) => name.split('.')[0] ?? ''))].map(code).join(', '),
    states,
  ]
}

function eventStates(chart: Chart, type: string): string {
  if (eventsOf(chart.everywhere).includes(type)) return 'every state'
  const states = [...new Set(chart.transitions.filter(({ event }) => event === type).map(({ from }) => topOf(from)))]
  if (states.length === topStates(chart).length) return 'every state'
  return states.length > 0 ? states.join(', ') : 'begins the video'
}

const fieldRows = ({ type, schema, data }: MachineEvent): string[][] =>
  data.length === 0
    ? [[code(type), String(schema), 'none', '']]
    : data.map(({ name, allowed, optional }, i) => [
        i === 0 ? code(type) : '',
        i === 0 ? String(schema) : '',
        code(name),
        optional ? `${allowed}; may be left out` : allowed,
      ])

function askedBy({ states, transitions }: Chart, effect: string): string {
  const entering = states.filter(({ effects }) => effects.includes(effect)).map(({ id }) => `on entering ${id}`)
  const leaving = transitions.filter(({ effects }) => effects.includes(effect))
  const from = [...new Set(leaving.map(({ from }) => from))].map(
    (state) => `in ${state} by ${eventsOf(leaving.filter(({ from }) => from === state)).join(', ')}`,
  )
  return [...entering, ...from].join('; ')
}

function pairRow(chart: Chart, { type }: MachineEvent): string[] {
  const cells = topStates(chart).map(({ id }) => {
    const taken = chart.transitions.filter(({ from, event }) => event === type && topOf(from) === id)
    const anywhere = chart.everywhere.filter(({ event }) => event === type)
    const ways = [
      ...taken.map(({ from, to, guard }) => way(id, topOf(to ?? from), guard)),
      ...anywhere.map(({ guard }) => way(id, id, guard)),
    ]
    return ways.length > 0 ? [...new Set(ways)].join('<br>') : '·'
  })
  return [code(type), ...cells]
}

const way = (from: string, to: string, guard: string | null): string => `${to === from ? '↻' : to}${guard ? '*' : ''}`
