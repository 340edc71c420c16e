/** How a connection to PostgreSQL is made: named, in UTC, and so that either end finds out soon that the other one is gone. */
import type pg from 'pg'

export interface SessionOptions {
  readonly url: string
  /** Shown in pg_stat_activity, so that an operator sees whose a connection is. */
  readonly name: string
  /** A statement that takes longer has failed; the server gives it up a little earlier than we do. Milliseconds; 30 s by default. */
  readonly statementMs?: number
}

/**
 * What holds in the session, whatever the server's own configuration says.
 *
 * A client that has vanished without a word (a machine without power, a network cut in two) is noticed after 25 s, whether the
 * server is waiting for it (keepalives) or is sending to it (tcp_user_timeout): its locks fall then. One that is only frozen
 * answers keepalives for ever, and a transaction that it has open holds up whoever follows the log. How long a statement goes on
 * for nobody (client_connection_check_interval) is limited by statement_timeout, and not every server's system can look.
 */
const settings = (statementMs: number) => ({
  // times in JSON that PostgreSQL makes are UTC wherever the server stands
  timezone: 'UTC',
  tcp_keepalives_idle: 10,
  tcp_keepalives_interval: 5,
  tcp_keepalives_count: 3,
  tcp_user_timeout: 25_000,
  idle_in_transaction_session_timeout: 60_000,
  // so the server's answer, that nothing has happened, comes before we give up without one
  statement_timeout: Math.ceil(statementMs * 0.9),
})

/** For `pg`. An answer that does not come is waited for no longer than `statementMs`, a connection no longer than 8 s. */
export function session({ url, name, statementMs = 30_000 }: SessionOptions): pg.ClientConfig {
  const { rest, options } = ownOptions(url)
  const ours = Object.entries(settings(statementMs)).map(([setting, value]) => `-c ${setting}=${value}`)
  return {
    connectionString: rest,
    application_name: name,
    connectionTimeoutMillis: 8_000,
    query_timeout: statementMs,
    keepAlive: true,
    // the system's own is two hours; from then on it asks each second, ten times
    keepAliveInitialDelayMillis: 10_000,
    // what the operator has put into the URL comes last, so it holds
    options: [...ours, ...options].join(' '),
  }
}

/** `pg` takes options from the URL instead of ours, so they are taken out of it and put beside them. */
function ownOptions(url: string): { rest: string; options: string[] } {
  const [, before = '', given = ''] = /([?&])(options=[^&#]*)/.exec(url) ?? []
  if (given === '') return { rest: url, options: [] }
  const options = new URLSearchParams(given).get('options') ?? ''
  return { rest: url.replace(`${before}${given}`, before === '?' ? '?' : ''), options: options === '' ? [] : [options] }
}
