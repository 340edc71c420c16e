/** What most commands need first: the data folder, the configuration, and a database that answers and is up to date. */
import { mkdirSync } from 'node:fs'
import { isLeft } from 'fp-ts/lib/Either.js'
import { describeProblem } from '../../machines/problems.js'
import { connect, type Db } from '../log/database.js'
import { migrate } from '../log/migrate.js'
import { type Configuration, dataDirectory, readConfiguration } from '../service/configuration.js'
import { checkDatabase, type Use } from '../service/postgres/check.js'
import { type Database, openDatabase } from '../service/postgres/database.js'
import { type Console, openConsole } from './console.js'
import { exitCodes, Failure } from './failure.js'

/** A command may ask for a whole log at once. */
export const statementMs = 60_000

/** The options that every command has. */
export interface GlobalOptions {
  readonly data?: string
  readonly config?: string
  readonly json?: boolean
}

export interface Ground {
  readonly console: Console
  readonly data: string
  readonly configuration: Configuration
}

/** The data folder and the configuration. @throws Failure naming each wrong field of the configuration. */
export function openGround(options: GlobalOptions): Ground {
  const data = dataDirectory(options.data)
  const configuration = readConfiguration(data, options.config)
  if (isLeft(configuration))
    throw new Failure(`configuration: ${configuration.left.map(describeProblem).join('\n')}`, exitCodes.invalid, {
      problems: configuration.left,
    })
  return { console: openConsole(options.json === true), data, configuration: configuration.right }
}

export interface Opened extends Ground {
  readonly database: Database
  readonly db: Db
}

/**
 * Opens the database, runs `work`, and closes it whatever happens. One that only reads will do, for as long as nothing is written.
 * @throws Failure on one line where it cannot be used.
 */
export async function withDatabase<A>(options: GlobalOptions, work: (opened: Opened) => Promise<A>): Promise<A> {
  const ground = openGround(options)
  const database = await reachDatabase(ground, { use: 'read' })
  try {
    await migrate(database.url)
    const db = connect({ url: database.url, name: 'reelstate command', statementMs })
    try {
      return await work({ ...ground, database, db })
    } finally {
      await db.end()
    }
  } finally {
    await database.close()
  }
}

export interface Reaching {
  /** Default: DATABASE_URL. */
  readonly url?: string | undefined
  /** Whether it has to take writes; default: it has to. */
  readonly use?: Use
}

/** DATABASE_URL's server, or the embedded one, started where it isn't running. @throws Failure on one line where it won't do. */
export async function reachDatabase(
  { data, console }: Ground,
  { url = process.env['DATABASE_URL'], use = 'write' }: Reaching = {},
): Promise<Database> {
  mkdirSync(data, { recursive: true })
  const database = await openDatabase({ dataDirectory: data, databaseUrl: url, onNotice: (line) => console.note(line) })
  const usable = await checkDatabase(database.url, use)
  if (isLeft(usable)) {
    await database.close()
    throw new Failure(usable.left)
  }
  return database
}

/** Who acts, for the log: whoever runs the command. */
export const actor = (): string => process.env['REELSTATE_ACTOR'] ?? process.env['USER'] ?? 'command line'
