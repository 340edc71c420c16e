/** What videos wait for, asked of the database: the rules of `machines/waiting.ts` as SQL. */
import { type Condition, waitRules } from '../../machines/waiting.js'
import { gateOf } from './locations.js'

const text = (word: string): string => `'${word.replaceAll("'", "''")}'`

const conditions = (v: string): Record<Condition, string> => ({
  'is tried later': `${v}.not_before > statement_timestamp()`,
  'location is closed': `exists (select from reelstate.locations l where l.name = ${v}.upload_location and ${gateOf('l')} = 'closed')`,
  'has holes': `${v}.warning_kind = 'holes'`,
  'needs a link': `${v}.warning_kind = 'link'`,
})

/** SQL: what the row `v` of the table `videos` waits for; null where for nothing. */
export function waitSql(v: string): string {
  const where = conditions(v)
  const whens = waitRules.map((rule) => {
    const inState = `${v}.state in (${rule.states.map(text).join(', ')})`
    return `when ${rule.where === null ? inState : `${inState} and ${where[rule.where]}`} then ${text(rule.waits)}`
  })
  return `case ${whens.join(' ')} end`
}
