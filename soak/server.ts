/** The PostgreSQL of the machine: one server for all runs, a database for each, and a clock that goes as fast as the nodes'. */
import { rm } from 'node:fs/promises'
import { Socket } from 'node:net'
import pg from 'pg'
import { migrate } from '../src/log/migrate.js'
import type { Embedded } from '../src/service/postgres/embedded.js'
import { startCluster } from '../spec/support/database.js'
import { gateSql } from './commitGate.js'

const TEMPLATE = 'run_template'

export type ServerHarm = 'kill -9' | 'restart' | 'stop at once'
const signals: Readonly<Record<ServerHarm, NodeJS.Signals>> = {
  'kill -9': 'SIGKILL',
  restart: 'SIGINT',
  'stop at once': 'SIGQUIT',
}

export class Server implements AsyncDisposable {
  #databases = 0

  private constructor(
    private readonly folder: string,
    private readonly embedded: Embedded,
  ) {}

  static async start(): Promise<Server> {
    const { embedded, folder } = await startCluster()
    const server = new Server(folder, embedded)
    await server.#run('postgres', `create database ${TEMPLATE} template template0`)
    await migrate(server.#urlOf(TEMPLATE))
    await server.#run(TEMPLATE, 'create schema fault')
    await server.#run(TEMPLATE, gateSql)
    return server
  }

  get port(): number {
    return this.embedded.port
  }

  /** A database with the log's tables, in which time goes `pace` times as fast since `originMs`. */
  async database(originMs: number, pace: number): Promise<RunDatabase> {
    const name = `run_${++this.#databases}`
    await this.#run('postgres', `create database ${name} template ${TEMPLATE}`)
    // what is found in `fault` stands before what PostgreSQL has itself; commits last through a kill -9, if not through a power cut
    await this.#run('postgres', `alter database ${name} set search_path = fault, public, pg_catalog`)
    await this.#run('postgres', `alter database ${name} set synchronous_commit = on`)
    const clock = { originMs, pace, aheadSeconds: 0 }
    const set = async (): Promise<void> => void (await this.#run(name, clockSql(clock)))
    await set()
    return {
      url: this.#urlOf(name),
      jump: async (seconds) => {
        clock.aheadSeconds += seconds
        await set()
      },
      drop: async () => void (await this.#run('postgres', `drop database if exists ${name} with (force)`)),
    }
  }

  /** It is brought back at once. @returns false where it is not up anyway. */
  async hurt(how: ServerHarm): Promise<boolean> {
    try {
      const [row] = await this.#run('postgres', `select split_part(pg_read_file('postmaster.pid'), E'\\n', 1) as pid`)
      process.kill(Number(row?.['pid']), signals[how])
      return true
    } catch {
      return false
    }
  }

  async answers(): Promise<boolean> {
    return this.#run('postgres', 'select 1').then(
      () => true,
      () => false,
    )
  }

  #urlOf(database: string): string {
    const url = new URL(this.embedded.url)
    url.pathname = `/${database}`
    return url.href
  }

  async #run(database: string, statement: string): Promise<Record<string, unknown>[]> {
    const socket = new Socket()
    const client = new pg.Client({
      connectionString: this.#urlOf(database),
      stream: () => socket,
      connectionTimeoutMillis: 5_000,
      query_timeout: 20_000,
    })
    client.on('error', () => undefined)
    try {
      await client.connect()
      return (await client.query<Record<string, unknown>>(statement)).rows
    } finally {
      // a goodbye to a server that has gone would never end
      socket.destroy()
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.embedded.close()
    await rm(this.folder, { recursive: true, force: true })
  }
}

export interface RunDatabase {
  readonly url: string
  /** Its clock is put forward, or back, and stays so. */
  jump(seconds: number): Promise<void>
  drop(): Promise<void>
}

interface Clock {
  readonly originMs: number
  readonly pace: number
  readonly aheadSeconds: number
}

function clockSql({ originMs, pace, aheadSeconds }: Clock): string {
  const fast = (real: string): string =>
    `to_timestamp(${originMs / 1000} + (extract(epoch from ${real}) - ${originMs / 1000}) * ${pace} + ${aheadSeconds})`
  return `
    create or replace function fault.clock_timestamp() returns timestamptz language sql volatile
      as $$ select ${fast('pg_catalog.clock_timestamp()')} $$;
    create or replace function fault.pg_postmaster_start_time() returns timestamptz language sql volatile
      as $$ select ${fast('pg_catalog.pg_postmaster_start_time()')} $$`
}
