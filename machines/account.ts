/** What nodes have spent of an account's daily quota. There is nothing to decide: what was used adds up. */
import * as t from 'io-ts'
import { Count, NonEmpty } from './codecs.js'
import { define, type Envelope } from './events.js'

const Used = t.strict({ calls: Count, units: Count })
/** So often a method was called, and what that cost. */
export type Used = t.TypeOf<typeof Used>

export const accountEvents = {
  QuotaUsed: define(
    'node',
    1,
    'A node has spent so much of the quota of a day (`day` is that of the account), by method.',
    t.strict({ day: NonEmpty, used: t.record(t.string, Used, 'calls and units by method') }),
  ),
} as const

export type AccountEventType = keyof typeof accountEvents
export type AccountEvent = {
  readonly type: AccountEventType
  readonly data: t.TypeOf<(typeof accountEvents)[AccountEventType]['data']>
} & Envelope

/** By day, then by method. */
export type Ledger = ReadonlyMap<string, ReadonlyMap<string, Used>>

/** `ledger` with what the event says. */
export function addUsed(ledger: Ledger, { data: { day, used } }: Pick<AccountEvent, 'data'>): Ledger {
  const ofDay = new Map(ledger.get(day))
  for (const [method, { calls, units }] of Object.entries(used)) {
    const before = ofDay.get(method)
    ofDay.set(method, { calls: (before?.calls ?? 0) + calls, units: (before?.units ?? 0) + units })
  }
  return new Map(ledger).set(day, ofDay)
}
