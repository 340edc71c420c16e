/**
 * The list of videos: filtered, in one of two orders, a page at a time. A page goes on behind the last video of the one before, by its
 * place in the order and not by a number, so that what changes meanwhile neither repeats nor hides what does not.
 */
import { video } from '../../machines/video.js'
import { statesWaitingFor, type Wait } from '../../machines/waiting.js'
import { countsByState } from './counts.js'
import type { Queryable } from './database.js'
import { publishedLocation } from './publishedAt.js'
import { textCondition, type TextSearch } from './textSearch.js'
import { waitSql } from './waiting.js'

/** `edited`: the last edited first, then what nobody has edited. `state`: what has been in its state for the longest first. */
export const orders = ['edited', 'state'] as const
export type Order = (typeof orders)[number]

/** `person`: its state is an error, and a person must look. `retried`: an attempt failed, and it is tried again. */
export const errorClasses = ['person', 'retried'] as const
export type ErrorClass = (typeof errorClasses)[number]

/** What has to hold of a video; what is left out does not matter. */
export interface VideoFilter {
  /** Any of these. */
  readonly states?: readonly string[]
  readonly substate?: string
  /** The node that has, or had, it in hand. */
  readonly node?: string
  readonly location?: string
  readonly editor?: string
  readonly text?: TextSearch
  /** Seconds in its state, at least and at most. */
  readonly minAge?: number
  readonly maxAge?: number
  /** In its state since then, or later (UTC). */
  readonly since?: string
  readonly waitsFor?: Wait
  readonly hasError?: boolean
  readonly hasWarning?: boolean
  readonly hasOrphans?: boolean
  readonly errorClass?: ErrorClass
  /** What the first line of its error, or of its warning, has in common with others: see `reelstate.error_line`. */
  readonly errorLine?: string
}

/** A place in the order: that of the video `id`, whose key is in microseconds since 1970, or null before all times. */
export interface ListPlace {
  readonly order: Order
  readonly key: string | null
  readonly id: string
}

export interface ListQuestion {
  readonly filter: VideoFilter
  readonly order: Order
  /** Only what comes after it; null: from the beginning. */
  readonly after: ListPlace | null
  readonly limit: number
}

/** A video as it stands in a list. */
export interface ListedVideo {
  readonly id: string
  readonly version: number
  readonly state: string
  readonly substate: string | null
  /** UTC, as are all times here. */
  readonly stateSince: string | null
  readonly waitsFor: Wait | null
  /** Before this time nobody takes it. */
  readonly notBefore: string | null
  /** The editor's title, else what the schedule says of the moment; null where nobody has said anything. */
  readonly title: string | null
  readonly error: string | null
  readonly warning: string | null
  readonly warningKind: string | null
  readonly uploader: string | null
  readonly uploadLocation: string | null
  /** Where it is published, which may be elsewhere than its edit names; null where it is not. */
  readonly publishedLocation: string | null
  readonly videoLink: string | null
  readonly editor: string | null
  readonly editTime: string | null
  readonly orphans: number
}

export interface ListPage {
  readonly videos: readonly ListedVideo[]
  /** Where the next page begins; null at the end. */
  readonly next: ListPlace | null
}

const keys: Record<Order, string> = {
  edited: `coalesce(v.edit_time, '-infinity'::timestamptz)`,
  state: 'v.state_since',
}
const directions: Record<Order, { readonly beyond: string; readonly sort: string }> = {
  edited: { beyond: '<', sort: 'desc' },
  state: { beyond: '>', sort: 'asc' },
}

const columns = `v.id, v.version, v.state, v.substate, v.state_since as "stateSince", ${waitSql('v')} as "waitsFor",
  v.not_before as "notBefore", coalesce(nullif(v.video_title, ''), nullif(v.description, '')) as title, v.error, v.warning,
  v.warning_kind as "warningKind", v.uploader, v.upload_location as "uploadLocation", v.video_link as "videoLink", v.editor,
  v.edit_time as "editTime", jsonb_array_length(v.orphans) as orphans,
  (select ${publishedLocation('p')} from reelstate.videos p where p.id = v.id) as "publishedLocation"`

/** What `columns` need of the row: it may be long, and most of it is not shown. The snapshot is looked into of those shown alone. */
const needed = `v.id, v.version, v.state, v.substate, v.state_since, v.not_before, v.video_title, v.description, v.error, v.warning,
  v.warning_kind, v.uploader, v.upload_location, v.video_link, v.editor, v.edit_time, v.orphans`

type Times = 'stateSince' | 'notBefore' | 'editTime'
type ListRecord = Omit<ListedVideo, Times> & Readonly<Record<Times, Date | null>> & { readonly key: string | null }

export async function listVideos(db: Queryable, question: ListQuestion): Promise<ListPage> {
  const { limit, order } = question
  const statement = await listStatement(db, question)
  if (statement === null) return { videos: [], next: null }
  const { rows } = await db.query<ListRecord>(statement)
  const page = rows.slice(0, limit)
  const last = page.at(-1)
  return {
    videos: page.map(({ key: _key, stateSince, notBefore, editTime, ...listed }) => ({
      ...listed,
      stateSince: stateSince?.toISOString() ?? null,
      notBefore: notBefore?.toISOString() ?? null,
      editTime: editTime?.toISOString() ?? null,
    })),
    next: rows.length > limit && last ? { order, key: last.key, id: last.id } : null,
  }
}

interface Statement {
  readonly text: string
  readonly values: unknown[]
}

/**
 * Within each state the order is that of an index; the first of all states are then put together. Without a state, and in the usual
 * order, there is an index of all. Null where no state comes into question.
 */
export async function listStatement(
  db: Queryable,
  { filter, order, after, limit }: ListQuestion,
): Promise<Statement | null> {
  const values: unknown[] = []
  const bound = (value: unknown): string => `$${values.push(value)}`
  const conditions = await conditionsOf(db, filter, bound)
  const key = keys[order]
  const { beyond, sort } = directions[order]
  if (after) {
    const place =
      after.key === null
        ? `'-infinity'`
        : `timestamptz 'epoch' + ${bound(after.key)}::bigint * interval '1 microsecond'`
    conditions.push(`(${key}, v.id) ${beyond} (${place}, ${bound(after.id)})`)
  }
  const most = bound(limit + 1)
  const byState = order === 'state' || isOfAge(filter)
  const states = statesOf(filter) ?? (byState ? Object.keys(await countsByState(db)) : null)
  const branch = (state: string | null): string => {
    const all = [...(state === null ? [] : [`v.state = ${bound(state)}`]), ...conditions]
    return `(select ${needed}, ${key} as key from reelstate.videos v ${all.length > 0 ? `where ${all.join(' and ')}` : ''}
      order by ${key} ${sort}, v.id ${sort} limit ${most})`
  }
  const branches = states === null ? [branch(null)] : states.map(branch)
  if (branches.length === 0) return null
  const text = `select ${columns}, case when isfinite(v.key) then (extract(epoch from v.key) * 1000000)::bigint end as key
    from (${branches.join(' union all ')}) v order by v.key ${sort}, v.id ${sort} limit ${most}`
  return { text, values }
}

/** How many videos pass a filter: exactly, or at least so many. */
export interface Total {
  readonly count: number
  readonly isExact: boolean
}

/** So many are counted one by one. */
export const COUNTED = 10_000

/** What a filter of states alone lets pass is kept; anything else is counted up to `COUNTED`. */
export async function totalOf(db: Queryable, filter: VideoFilter): Promise<Total> {
  const { states, ...others } = filter
  if (Object.values(others).every((value) => value === undefined)) {
    const counts = await countsByState(db)
    const wanted = [...new Set(states ?? Object.keys(counts))]
    return { count: wanted.reduce((sum, state) => sum + (counts[state] ?? 0), 0), isExact: true }
  }
  const { text, values } = await countStatement(db, filter)
  const { rows } = await db.query<{ count: number }>(text, values)
  const count = rows[0]?.count ?? 0
  return { count: Math.min(count, COUNTED), isExact: count <= COUNTED }
}

export async function countStatement(db: Queryable, filter: VideoFilter): Promise<Statement> {
  const values: unknown[] = []
  const bound = (value: unknown): string => `$${values.push(value)}`
  const conditions = await conditionsOf(db, filter, bound)
  const states = statesOf(filter) ?? (isOfAge(filter) ? Object.keys(await countsByState(db)) : null)
  if (states !== null) conditions.unshift(`v.state = any(${bound(states)}::text[])`)
  const found = `select from reelstate.videos v where ${[...conditions, 'true'].join(' and ')} limit ${bound(COUNTED + 1)}`
  return { text: `select count(*)::integer as count from (${found}) found`, values }
}

/** Ages are found by an index within each state. */
const isOfAge = ({ minAge, maxAge, since }: VideoFilter): boolean =>
  minAge !== undefined || maxAge !== undefined || since !== undefined

export const errorStates = Object.entries(video.states).flatMap(([state, { meta }]) => (meta?.error ? [state] : []))

/** Every substate of the chart. */
export const substates = Object.values(video.states).flatMap((state) => substatesOf(state))

function substatesOf(state: { readonly states?: object }): readonly string[] {
  return Object.keys(state.states ?? {})
}

/** Which states come into question at all; null where any does. */
function statesOf({ states, substate, waitsFor, errorClass }: VideoFilter): readonly string[] | null {
  const limits = [
    states,
    waitsFor && statesWaitingFor(waitsFor),
    substate === undefined ? undefined : statesWith(substate),
    errorClass === 'person' ? errorStates : undefined,
  ].filter((limit) => limit !== undefined)
  const [first, ...rest] = limits
  return first === undefined
    ? null
    : [...new Set(first)].filter((state) => rest.every((limit) => limit.includes(state)))
}

const statesWith = (substate: string): readonly string[] =>
  Object.entries(video.states).flatMap(([name, state]) => (substatesOf(state).includes(substate) ? [name] : []))

async function conditionsOf(db: Queryable, filter: VideoFilter, bound: (value: unknown) => string): Promise<string[]> {
  const conditions: string[] = []
  const equal = (column: string, value: string | undefined): void => {
    if (value !== undefined) conditions.push(`v.${column} = ${bound(value)}`)
  }
  const whether = (wanted: boolean | undefined, holds: string, holdsNot: string): void => {
    if (wanted !== undefined) conditions.push(wanted ? holds : holdsNot)
  }
  equal('substate', filter.substate)
  equal('uploader', filter.node)
  equal('upload_location', filter.location)
  equal('editor', filter.editor)
  // of the clock only what stands still during a statement can be looked up in an index
  const ago = (seconds: number): string => `statement_timestamp() - make_interval(secs => ${bound(seconds)})`
  if (filter.minAge !== undefined) conditions.push(`v.state_since <= ${ago(filter.minAge)}`)
  if (filter.maxAge !== undefined) conditions.push(`v.state_since >= ${ago(filter.maxAge)}`)
  if (filter.since !== undefined) conditions.push(`v.state_since >= ${bound(filter.since)}::timestamptz`)
  if (filter.waitsFor !== undefined) conditions.push(`${waitSql('v')} = ${bound(filter.waitsFor)}`)
  whether(filter.hasError, 'v.error is not null', 'v.error is null')
  whether(filter.hasWarning, 'v.warning is not null', 'v.warning is null')
  whether(filter.hasOrphans, `v.orphans <> '[]'`, `v.orphans = '[]'`)
  if (filter.errorClass === 'retried')
    conditions.push(`v.error is not null and v.state <> all(${bound(errorStates)}::text[])`)
  if (filter.errorLine !== undefined) {
    const line = bound(filter.errorLine)
    const says = (column: string) => `v.${column} is not null and reelstate.error_line(v.${column}) = ${line}`
    conditions.push(`(${says('error')} or ${says('warning')})`)
  }
  if (filter.text !== undefined) conditions.push(await textCondition(db, filter.text, bound))
  return conditions
}
