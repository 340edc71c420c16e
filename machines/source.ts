/** What the schedule or sheet says of a moment of the stream: written by others, changed by them at any time. */
import * as t from 'io-ts'
import { Flag, Instant, orNull, Text, Texts, withDefault } from './codecs.js'

const columns = {
  sheet_name: Text,
  event_start: orNull(Instant),
  event_end: orNull(Instant),
  category: Text,
  description: Text,
  submitter_winner: Text,
  notes: Text,
  poster_moment: Flag,
  image_links: Texts,
  tags: Texts,
}

export const SourceChange = t.exact(t.partial(columns))
export type SourceChange = t.TypeOf<typeof SourceChange>

export const Source = t.strict({
  sheet_name: withDefault(columns.sheet_name, ''),
  event_start: withDefault(columns.event_start, null),
  event_end: withDefault(columns.event_end, null),
  category: withDefault(columns.category, ''),
  description: withDefault(columns.description, ''),
  submitter_winner: withDefault(columns.submitter_winner, ''),
  notes: withDefault(columns.notes, ''),
  poster_moment: withDefault(columns.poster_moment, false),
  image_links: withDefault(columns.image_links, []),
  tags: withDefault(columns.tags, []),
})
export type Source = t.TypeOf<typeof Source>
