/**
 * How an event that was written long ago becomes one of today: for each kind, the steps from one schema number to the
 * next. The log is never rewritten; its events are brought up to date as they are read.
 */
import { type Either, isLeft, left, right } from 'fp-ts/lib/Either.js'
import type * as t from 'io-ts'
import { type AccountEvent, accountEvents } from './account.js'
import { type Definition, type Envelope, events, type EventType, type VideoEvent } from './events.js'
import { type LocationEvent, locationEvents } from './locationEvents.js'
import { describeProblem, problemsOf } from './problems.js'

type Upcaster = (data: unknown) => unknown

type Upcasters = Readonly<Record<string, Readonly<Record<number, Upcaster>>>>

/** `upcasters[type][n]` makes data of schema n + 1 of data of schema n. Empty as long as every kind is at schema 1. */
const upcasters: Partial<Record<EventType, Readonly<Record<number, Upcaster>>>> = {}

/** An event that is in the log and that this version cannot read. */
export interface Undecodable {
  readonly _tag: 'Undecodable'
  readonly type: string
  readonly schema: number
  readonly why: string
}

interface Kind {
  readonly definitions: Readonly<Record<string, Definition<t.Mixed>>>
  readonly upcasters: Upcasters
}

/** What a stream is about, by what its name begins with. */
const kinds: Readonly<Record<string, Kind>> = {
  video: { definitions: events, upcasters },
  location: { definitions: locationEvents, upcasters: {} },
  account: { definitions: accountEvents, upcasters: {} },
}

/** An event of any stream. */
export type AnyEvent = VideoEvent | LocationEvent | AccountEvent

/** An event as it was stored, brought up to date and decoded. Fields that today's codec doesn't know are dropped: never write it back. */
export function decodeEvent(
  stream: string,
  type: string,
  schema: number,
  data: unknown,
  envelope: Envelope,
): Either<Undecodable, AnyEvent> {
  const undecodable = (why: string) => left<Undecodable>({ _tag: 'Undecodable', type, schema, why })
  const kind = kinds[stream.split('/')[0] ?? '']
  const definition = kind && Object.hasOwn(kind.definitions, type) ? kind.definitions[type] : undefined
  if (!kind || !definition) return undecodable('this version knows no such event; a newer one wrote it')
  if (schema > definition.schema)
    return undecodable(`this version reads it up to schema ${definition.schema}; a newer one wrote it`)
  let current = data
  for (let n = schema; n < definition.schema; n++) {
    const step = kind.upcasters[type]?.[n]
    if (!step) return undecodable(`there is no way from schema ${n} to ${n + 1}`)
    current = step(current)
  }
  const decoded = definition.data.decode(current)
  if (isLeft(decoded)) return undecodable(problemsOf(decoded.left).map(describeProblem).join('; '))
  return right({ type, data: decoded.right as unknown, ...envelope } as AnyEvent)
}

/** What an event of the stream says, for people. */
export const saysOf = (stream: string, type: string): string =>
  kinds[stream.split('/')[0] ?? '']?.definitions[type]?.says ?? ''
