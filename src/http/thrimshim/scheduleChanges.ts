/** Whether the schedule says something else by now than when the editor's page was loaded. */
import * as t from 'io-ts'
import { Instant, orNull, Text, Texts } from '../../../machines/codecs.js'
import type { Source } from '../../../machines/source.js'
import type { Editing } from '../editing.js'
import { withoutCategoryNote } from './categoryNotes.js'

const columns = {
  sheet_name: Text,
  event_start: orNull(Instant),
  event_end: orNull(Instant),
  category: Text,
  description: Text,
  notes: Text,
  tags: Texts,
}

/** What the page was given of the schedule, and sends back. */
export const SeenSchedule = t.type(columns)
export type SeenSchedule = t.TypeOf<typeof SeenSchedule>
export const scheduleColumns = Object.keys(columns) as (keyof SeenSchedule)[]

/** A line a column, `column: what the page has => what the schedule says now`. Case and spaces around a text are no change. */
export function scheduleChanges(seen: SeenSchedule, now: Source, editing: Editing): string[] {
  const shown = { ...seen, notes: withoutCategoryNote(editing, seen.category, seen.notes) }
  return scheduleColumns.flatMap((column) =>
    comparable(shown[column]) === comparable(now[column])
      ? []
      : [`${column}: ${JSON.stringify(shown[column])} => ${JSON.stringify(now[column])}`],
  )
}

function comparable(value: string | readonly string[] | null): string {
  if (value === null) return 'null'
  if (typeof value === 'string') return JSON.stringify(plain(value))
  return JSON.stringify([...new Set(value.map(plain))].sort())
}

const plain = (text: string): string => text.trim().toLowerCase()
