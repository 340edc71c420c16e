import { spawn } from 'node:child_process'
import { inOneLine } from './unavailable.js'

/** The numeric ids that a program runs under. */
export interface Account {
  readonly name: string
  readonly uid: number
  readonly gid: number
}

export interface ProgramResult {
  readonly succeeded: boolean
  /** The last part of what it wrote to stdout and stderr, or why it could not be started. */
  readonly output: string
}

interface RunOptions {
  /** Whom to run it as; only root may choose. */
  readonly as?: Account | undefined
  readonly timeoutMs: number
}

const KEPT_OUTPUT_CHARACTERS = 16_000

/**
 * The environment of PostgreSQL's programs: nothing of ours, since PGDATA, PGPORT or PGOPTIONS of somebody's shell would
 * redirect them, and a locale that the machine doesn't have makes them refuse.
 */
export const programEnvironment: NodeJS.ProcessEnv = {
  PATH: `${process.env['PATH'] ?? ''}:/usr/local/bin:/usr/bin:/bin`,
  LC_ALL: 'C',
  TZ: 'UTC',
}

/** The spawn options that make a program run as `account`; none keeps our own. */
export function runningAs(account: Account | undefined): { uid?: number; gid?: number } {
  return account === undefined ? {} : { uid: account.uid, gid: account.gid }
}

/** Runs a short program to its end. Never rejects: a program that cannot be started is one that did not succeed. */
export function runProgram(program: string, args: readonly string[], options: RunOptions): Promise<ProgramResult> {
  return new Promise((resolve) => {
    let output = ''
    const child = spawn(program, args, {
      // The folder that we are in may be one that `account` cannot read.
      cwd: '/',
      env: programEnvironment,
      stdio: ['ignore', 'pipe', 'pipe'],
      ...runningAs(options.as),
    })
    // spawn's own `timeout` stays armed, and keeps our process, where the program cannot be started
    const timer = setTimeout(() => child.kill('SIGKILL'), options.timeoutMs)
    const keep = (chunk: Buffer) => {
      output = (output + chunk.toString('utf8')).slice(-KEPT_OUTPUT_CHARACTERS)
    }
    child.stdout.on('data', keep)
    child.stderr.on('data', keep)
    child.once('error', (error) => {
      clearTimeout(timer)
      resolve({ succeeded: false, output: inOneLine(error) })
    })
    child.once('close', (code, signal) => {
      clearTimeout(timer)
      const killed = signal === null ? '' : `ended by ${signal}`
      resolve({ succeeded: code === 0, output: output.trim() === '' ? killed : output.trim() })
    })
  })
}
