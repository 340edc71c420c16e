/** The part of `docs/operations.md` that says what to do in each error state: as the chart and its remedies have it. */
import { isByHand, type PossibleRemedy, remedyOf } from '../../machines/remedies.js'
import { type Chart, type ChartState, type ChartTransition, topOf, topStates } from './graph.js'
import { table } from './lifecycle.js'

export const remediesCommand = 'npx reelstate diagram --format remedies -o docs/operations.md'

const begin = `<!-- Generated from machines/video.ts and machines/remedies.ts by \`${remediesCommand}\`. Change those, not this part. -->`
const end = '<!-- The end of what is generated. -->'

export function remediesPart(chart: Chart): string {
  const anywhere = chart.everywhere.map((transition) => ({ ...transition, from: '' }))
  return [
    begin,
    ...topStates(chart)
      .filter(({ meta }) => meta?.error)
      .flatMap((state) => sectionOf(chart, state)),
    '### Orphans, in any state',
    'Published, or maybe, and no video stands for it: left by a forced reset, or by a node that was late.',
    remedyTable(rows(anywhere, '')),
    end,
  ].join('\n\n')
}

/** The document with the part made anew; null where it has no such part. */
export function withRemedies(document: string, part: string): string | null {
  const from = document.indexOf(begin)
  const to = document.indexOf(end, from)
  return from < 0 || to < 0 ? null : document.slice(0, from) + part + document.slice(to + end.length)
}

const sectionOf = (chart: Chart, { id, description, meta }: ChartState): string[] => [
  `### ${id}`,
  description,
  table(['what usually leads there', 'what to do first'], meta?.leadsHere ?? []),
  remedyTable(
    rows(
      chart.transitions.filter(({ from }) => topOf(from) === id),
      id,
    ),
  ),
]

const remedyTable = (found: readonly Row[]): string =>
  table(
    ['then, where', 'run', 'and it is'],
    found.map(({ when, command, leadsTo }) => [when, `\`${command}\``, leadsTo.join(' or ')]),
  )

interface Row extends PossibleRemedy {
  readonly leadsTo: readonly string[]
}

/** One a remedy, in the chart's order. */
function rows(transitions: readonly ChartTransition[], state: string): Row[] {
  return [...new Set(transitions.map(({ event }) => event))].filter(isByHand).map((event) => {
    const ways = transitions.filter((transition) => transition.event === event)
    const forced = ways.every(({ guard }) => guard === 'forced')
    const leadsTo = [...new Set(ways.map(({ to }) => (to === null ? state : topOf(to)) || 'as before'))]
    return { event, forced, ...remedyOf(event, forced), leadsTo }
  })
}
