/** What the chart makes of every event in every state, as a table: `npx tsx spec/machines/printTransitions.ts` prints it. */
import { isRight } from 'fp-ts/lib/Either.js'
import { decide, stateName } from '../../machines/decide.js'
import { type EventType, eventTypes } from '../../machines/events.js'
import { eventOf, given, type Place, places, told, ways } from './given.js'

/** The same event as it may also be told. */
export function variants(type: EventType): object[] {
  if (type === 'Uploaded' || type === 'ResolvedUploaded') return [{ processing: true }, { processing: false }]
  return type === 'ManualLinked' ? [{ location_is_manual: true }, {}] : [{}]
}

/** The states that the event leads to; `=` where it stays, `.` where it is refused. */
function cell(place: Place, type: EventType): string {
  const { snapshot } = given(...ways[place])
  const outcomes = variants(type).map((over) => {
    const step = decide('v', snapshot, eventOf(told(type, over), snapshot, 100))
    if (!isRight(step)) return '.'
    const to = stateName(step.right.snapshot)
    return to === place ? '=' : to.replace(/^(CLAIMED|FINALIZING)\./, '')
  })
  return [...new Set(outcomes)].join('/')
}

export function transitionTable(): string {
  const rows = [
    ['', ...places.map((place) => place.replace(/^(CLAIMED|FINALIZING)\./, ''))],
    ...eventTypes.map((type) => [type, ...places.map((place) => cell(place, type))]),
  ]
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? []
  return `${rows
    .map((row) =>
      row
        .map((text, column) => text.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')}\n`
}
