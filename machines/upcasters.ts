/**
 * How an event that was written long ago becomes one of today: for each kind, the steps from one schema number to the
 * next. The log is never rewritten; its events are brought up to date as they are read.
 */
import { type Either, isLeft, left, right } from 'fp-ts/lib/Either.js'
import { type Envelope, events, type EventType, type VideoEvent } from './events.js'
import { describeProblem, problemsOf } from './problems.js'

type Upcaster = (data: unknown) => unknown

/** `upcasters[type][n]` makes data of schema n + 1 of data of schema n. Empty as long as every kind is at schema 1. */
const upcasters: Partial<Record<EventType, Readonly<Record<number, Upcaster>>>> = {}

/** An event that is in the log and that this version cannot read. */
export interface Undecodable {
  readonly _tag: 'Undecodable'
  readonly type: string
  readonly schema: number
  readonly why: string
}

const isEventType = (type: string): type is EventType => Object.hasOwn(events, type)

/** An event as it was stored, brought up to date and decoded. Fields that today's codec doesn't know are dropped: never write it back. */
export function decodeEvent(
  type: string,
  schema: number,
  data: unknown,
  envelope: Envelope,
): Either<Undecodable, VideoEvent> {
  const undecodable = (why: string) => left<Undecodable>({ _tag: 'Undecodable', type, schema, why })
  if (!isEventType(type)) return undecodable('this version knows no such event; a newer one wrote it')
  const definition = events[type]
  if (schema > definition.schema)
    return undecodable(`this version reads it up to schema ${definition.schema}; a newer one wrote it`)
  let current = data
  for (let n = schema; n < definition.schema; n++) {
    const step = upcasters[type]?.[n]
    if (!step) return undecodable(`there is no way from schema ${n} to ${n + 1}`)
    current = step(current)
  }
  const decoded = definition.data.decode(current)
  if (isLeft(decoded)) return undecodable(problemsOf(decoded.left).map(describeProblem).join('; '))
  return right({ type, data: decoded.right, ...envelope } as VideoEvent)
}
