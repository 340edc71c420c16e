/** A database of which the statements that change something are operations. */
import type { Db } from '../../../src/log/database.js'
import { operation } from './operations.js'

type Query = (...query: unknown[]) => Promise<unknown>

export function sqlOperations(db: Db): Db {
  function query(...query: unknown[]): Promise<unknown> {
    const run = () => (db.query as unknown as Query).apply(db, query)
    const name = nameOf(query)
    return name === null ? run() : operation(name, run)
  }
  return new Proxy(db, { get: (target, name) => (name === 'query' ? query : Reflect.get(target, name)) as unknown })
}

/** null for what only reads. */
function nameOf([statement]: unknown[]): string | null {
  const {
    name,
    text = '',
    values = [],
  } = (typeof statement === 'string' ? { text: statement } : statement) as {
    name?: string
    text?: string
    values?: readonly unknown[]
  }
  if (name?.startsWith('append') === true) {
    const happened = [JSON.parse(String(values[2]))].flat() as { type: string }[]
    return `append ${happened.map(({ type }) => type).join(' and ')}`
  }
  const [, verb, table] = /^\s*(insert into|update|delete from)\s+reelstate\.(\w+)/.exec(text) ?? []
  return verb === undefined ? null : `${verb} ${table ?? ''}`
}
