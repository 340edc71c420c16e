/** What a request wants cut: ranges, and what is between them. */
import * as t from 'io-ts'
import { type Either, left, right } from 'fp-ts/lib/Either.js'
import { formatInstant } from '../../../machines/codecs.js'
import { tells } from '../../../machines/schema.js'
import { checkTransitions } from '../../../machines/edit.js'
import type { FieldProblem } from '../../../machines/problems.js'
import { isTransitionKind, transitionKinds } from '../../../machines/transitionKinds.js'
import type { Transition } from '../../cut/cut.js'
import type { Range } from '../../segments/segment.js'
import { caselessFlag } from '../query.js'
import { oneOf } from '../query.js'
import { Ranges, Time } from './times.js'

/** As wubloader calls them; mp4 it has switched off, too. */
export const cutTypes = ['fast', 'smart', 'rough', 'mpegts', 'webm'] as const
export type AskedType = (typeof cutTypes)[number]

/** As many as an edit may have. */
const MOST_RANGES = 100
/** In hours, of all ranges together: what is copied costs little, encoding takes as long as it is. */
const MOST_COPIED_HOURS = 24
const MOST_ENCODED_HOURS = 6

/** `TYPE,SECONDS`, or nothing for a hard cut; once or several times. */
const Transitions = new t.Type<readonly (Transition | null)[], string[], unknown>(
  `KIND,SECONDS, or nothing for a hard cut; the kind is one of ${Object.keys(transitionKinds).join(', ')}`,
  (u): u is readonly (Transition | null)[] => Array.isArray(u),
  (u, context) => {
    const texts = typeof u === 'string' ? [u] : Array.isArray(u) ? (u as unknown[]) : []
    const transitions = texts.map(transitionOf)
    return transitions.every((one) => one !== undefined) ? t.success(transitions) : t.failure(u, context)
  },
  (transitions) => transitions.map((one) => (one === null ? '' : `${one.kind},${one.seconds}`)),
)
tells(Transitions, { schema: { type: 'array', items: { type: 'string' } } })

function transitionOf(text: unknown): Transition | null | undefined {
  if (text === '') return null
  const [, kind = '', seconds = ''] =
    (typeof text === 'string' && /^([a-z]+),(\d{1,6}(?:\.\d{1,9})?)$/.exec(text)) || []
  return isTransitionKind(kind) && Number(seconds) > 0 ? { kind, seconds: Number(seconds) } : undefined
}

export const cutQuery = {
  start: Time,
  end: Time,
  range: Ranges,
  transition: Transitions,
  allow_holes: caselessFlag,
  type: oneOf(cutTypes),
}

export interface AskedCut {
  readonly ranges: readonly Range[]
  readonly transitions: readonly (Transition | null)[]
  readonly allowHoles: boolean
  readonly type: AskedType
}

/** Left: what is wrong with it. */
export function askedCut(query: {
  readonly start?: number
  readonly end?: number
  readonly range?: readonly Range[]
  readonly transition?: readonly (Transition | null)[]
  readonly allow_holes?: boolean
  readonly type?: string
}): Either<FieldProblem[], AskedCut> {
  const { start, end, range, transition: transitions = [], allow_holes: allowHoles = false } = query
  const type = cutTypes.find((one) => one === query.type) ?? 'fast'
  const problem = (field: string, found: string, allowed: string) => left([{ field, found, allowed }])
  if (range !== undefined && (start ?? end) !== undefined)
    return problem('range', 'start or end beside it', 'either range, or start and end')
  const ranges = range ?? (start === undefined || end === undefined ? [] : [{ startMs: start, endMs: end }])
  if (ranges.length === 0)
    return problem(start === undefined ? 'start' : 'end', 'nothing', 'start and end, or range=START,END once or more')
  if (ranges.some(({ startMs, endMs }) => endMs <= startMs))
    return problem('end', 'no later time than start', 'a later one')
  if (ranges.length > MOST_RANGES) return problem('range', `${ranges.length} ranges`, `at most ${MOST_RANGES} ranges`)
  const hours = ranges.reduce((sum, { startMs, endMs }) => sum + endMs - startMs, 0) / 3_600_000
  const mostHours = type === 'mpegts' || type === 'webm' ? MOST_ENCODED_HOURS : MOST_COPIED_HOURS
  if (hours > mostHours)
    return problem(
      range === undefined ? 'end' : 'range',
      `${hours.toFixed(1)} hours in all`,
      `at most ${mostHours} hours of type ${type}`,
    )
  if (transitions.length > ranges.length - 1)
    return problem(
      'transition',
      `${transitions.length} transitions`,
      `at most one for each join of two ranges, here ${ranges.length - 1}`,
    )
  if (type === 'rough' && transitions.some((one) => one !== null))
    return problem('transition', 'a transition', 'none for type rough: it has whole segments')
  const all = ranges.slice(1).map((_, join) => transitions[join] ?? null)
  const wrong = transitionProblems(ranges, all)
  return wrong.length > 0 ? left(wrong) : right({ ranges, transitions: all, allowHoles, type })
}

/** As for an edit, under the names of the query. */
function transitionProblems(ranges: readonly Range[], transitions: readonly (Transition | null)[]): FieldProblem[] {
  return checkTransitions({
    video_ranges: ranges.map(({ startMs, endMs }): [string, string] => [formatInstant(startMs), formatInstant(endMs)]),
    video_transitions: transitions.map((one): [string, number] | null => one && [one.kind, one.seconds]),
  }).map((one) => ({
    ...one,
    field: one.field.replace('video_ranges', 'range').replace('video_transitions', 'transition'),
  }))
}
