/** Many moments at once, from a sheet or a file: each for itself, so that one that is wrong holds up no other. */
import { isLeft } from 'fp-ts/lib/Either.js'
import { describeProblem } from '../../machines/problems.js'
import type { Refusal } from './act.js'
import { type BySource, enterBySource, type EnterOptions } from './bySource.js'
import type { Invalid } from './commands.js'
import type { Db } from './database.js'

/** Of one request. */
export const MOST_ROWS = 1_000

export interface RowOutcome {
  /** In the list, from 1. */
  readonly row: number
  readonly key: string | null
  readonly id: string | null
  readonly outcome: BySource['outcome'] | 'refused'
  readonly changed: readonly string[]
  /** Of a row that was refused: nothing of it was entered. */
  readonly why: string | null
}

/** @param rows objects of the schedule's fields, each with its `key` (by default its `id`), and an `id` where that is chosen. */
export async function enterRows(
  db: Db,
  source: string,
  rows: readonly unknown[],
  options: EnterOptions & { readonly signal?: AbortSignal },
): Promise<RowOutcome[]> {
  const outcomes: RowOutcome[] = []
  const seen = new Map<string, number>()
  for (const [i, row] of rows.entries()) {
    options.signal?.throwIfAborted()
    outcomes.push(await enterRow(db, source, row, i + 1, seen, options))
  }
  return outcomes
}

async function enterRow(
  db: Db,
  source: string,
  row: unknown,
  number: number,
  seen: Map<string, number>,
  options: EnterOptions,
): Promise<RowOutcome> {
  const isObject = typeof row === 'object' && row !== null && !Array.isArray(row)
  const { key: given, id, ...fields } = isObject ? (row as Record<string, unknown>) : {}
  const key = given ?? id
  const refused = (why: string): RowOutcome => ({
    ...{ row: number, key: typeof key === 'string' ? key : null, id: typeof id === 'string' ? id : null },
    ...{ outcome: 'refused', changed: [], why },
  })
  if (!isObject) return refused('the row: found something else; allowed is a JSON object')
  if (typeof key !== 'string') return refused(`key: found ${shown(key)}; allowed is a text, unless there is an id`)
  if (id !== undefined && typeof id !== 'string') return refused(`id: found ${shown(id)}; allowed is a text`)
  const before = seen.get(key)
  if (before !== undefined) return refused(`key: found ${shown(key)} again; row ${before} has it`)
  seen.set(key, number)
  const entered = await enterBySource(db, { source, key, id, fields }, options)
  if (isLeft(entered)) return refused(sayWhy(entered.left))
  const { outcome, changed } = entered.right
  // in a dry run a new one has no id yet
  const known = outcome === 'created' && options.dryRun === true ? (id ?? null) : entered.right.id
  return { row: number, key, id: known, outcome, changed, why: null }
}

const shown = (value: unknown): string => (value === undefined ? 'nothing' : JSON.stringify(value).slice(0, 80))

function sayWhy(why: Invalid | Refusal): string {
  switch (why._tag) {
    case 'Invalid':
      return why.problems.map(describeProblem).join('; ')
    case 'NotAllowed':
      return `video ${why.video} is ${why.state ?? 'not there'}: ${why.event} is not possible`
    case 'Conflict':
      return 'the video keeps changing: try again'
    case 'Unreadable':
      return `event ${why.version} of video ${why.video} cannot be read: ${why.why}`
  }
}
