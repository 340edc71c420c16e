/** How a node says what people should know: as they read it, or as lines of JSON for machines that collect logs. Without secrets. */
import type { OnNotice } from '../observe/notice.js'
import { redacting } from '../observe/redact.js'
import type { LogForm } from '../service/configuration.js'
import { passwordOf } from '../service/postgres/address.js'
import type { Console } from './console.js'
import { exitCodes, Failure, LoggedFailure, stackOf } from './failure.js'

export interface Speaking {
  readonly console: Console
  /** What the node ends with, told in the same form. */
  readonly failed: (error: unknown) => unknown
}

export async function speakAs(form: LogForm, node: string, console: Console, env = process.env): Promise<Speaking> {
  const redact = redacting(secretsIn(env))
  if (form === 'text') {
    return { console: { ...console, note: (line) => console.note(redact(line)) }, failed: (error) => error }
  }
  const note = await jsonNotes(node, redact)
  // Node's own would be lines of text
  process.removeAllListeners('warning').on('warning', (warning) => note(stackOf(warning), { level: 'warn' }))
  return {
    console: { ...console, note },
    failed(error) {
      const isFailure = error instanceof Failure
      note(isFailure ? error.message : stackOf(error), { level: 'error' })
      if (isFailure) return new LoggedFailure(error.message, error.code, error.details)
      return new LoggedFailure(error instanceof Error ? error.message : String(error), exitCodes.failed)
    },
  }
}

async function jsonNotes(node: string, redact: (text: string) => string): Promise<OnNotice> {
  const { pino } = await import('pino')
  const log = pino(
    {
      base: { node },
      messageKey: 'message',
      timestamp: () => `,"time":"${new Date().toISOString()}"`,
      formatters: { level: (level) => ({ level }) },
    },
    // in order, and whole when the process ends
    pino.destination({ fd: process.stderr.fd, sync: true }),
  )
  return (line, { level = 'info', ...about } = {}) => log[level](about, redact(line))
}

/** What has no shape by which it could be known. */
const secretsIn = (env: NodeJS.ProcessEnv): string[] =>
  [
    passwordOf(env['DATABASE_URL'] ?? ''),
    env['PGPASSWORD'],
    env['AWS_SECRET_ACCESS_KEY'],
    env['AWS_SESSION_TOKEN'],
  ].flatMap((secret) => secret ?? [])
