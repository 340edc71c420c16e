/** The fields of `GET /api/videos`, and the filter that they are. Whoever takes a filter elsewhere takes these fields. */
import * as t from 'io-ts'
import { Instant, refined } from '../../../machines/codecs.js'
import { video } from '../../../machines/video.js'
import { type Wait, waitNames } from '../../../machines/waiting.js'
import { type ErrorClass, errorClasses, substates, type VideoFilter } from '../../log/list.js'
import { TextSearch } from '../../log/textSearch.js'
import { caselessFlag, oneOf, someOf, wholeNumber } from '../query.js'

const states = Object.keys(video.states)
const TEN_YEARS = 10 * 366 * 86_400

/** A name as it stands in a row. */
export const Name = refined(
  t.string,
  'a text of 1 to 200 characters',
  (text) => text.length > 0 && text.length <= 200 && !text.includes('\0'),
)

/** PostgreSQL knows no year 0, and nobody has recorded anything before there was UTC. */
export const Moment = refined(
  Instant,
  'a UTC time from 1970 on, such as 2026-01-31T18:00:00.000Z',
  (at) => at >= '1970',
)

/** As `GET /api/attention` has it. */
const Line = refined(
  t.string,
  'the line of a group of /api/attention, 1 to 400 characters',
  (text) => text.length > 0 && text.length <= 400 && !text.includes('\0'),
)

export const filterFields = {
  state: someOf(states),
  substate: oneOf(substates),
  node: Name,
  location: Name,
  editor: Name,
  text: TextSearch,
  min_age: wholeNumber(0, TEN_YEARS),
  max_age: wholeNumber(0, TEN_YEARS),
  since: Moment,
  waits_for: oneOf(waitNames),
  has_error: caselessFlag,
  has_warning: caselessFlag,
  has_orphans: caselessFlag,
  error_class: oneOf(errorClasses),
  error_line: Line,
}

/** Fields that are left out do not limit it. */
export function filterOf(fields: Partial<t.TypeOfProps<typeof filterFields>>): VideoFilter {
  const { state, substate, node, location, editor, text, since } = fields
  const given = {
    ...{ states: state, substate, node, location, editor, text, since },
    minAge: fields.min_age,
    maxAge: fields.max_age,
    waitsFor: fields.waits_for as Wait | undefined,
    hasError: fields.has_error,
    hasWarning: fields.has_warning,
    hasOrphans: fields.has_orphans,
    errorClass: fields.error_class as ErrorClass | undefined,
    errorLine: fields.error_line,
  }
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined))
}

/** The fields that say the filter, for whoever asks a node. */
export function fieldsOf(filter: VideoFilter): Record<string, string> {
  const { states, minAge, maxAge, waitsFor, hasError, hasWarning, hasOrphans, errorClass, errorLine, ...same } = filter
  const given = {
    ...same,
    state: states?.join(','),
    min_age: minAge,
    max_age: maxAge,
    waits_for: waitsFor,
    has_error: hasError,
    has_warning: hasWarning,
    has_orphans: hasOrphans,
    error_class: errorClass,
    error_line: errorLine,
  }
  return Object.fromEntries(
    Object.entries(given).flatMap(([field, value]) => (value === undefined ? [] : [[field, String(value)]])),
  )
}
