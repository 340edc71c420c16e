/** A PostgreSQL server of a spec's own, which may be stopped, copied as a standby, and frozen. */
import { execFile } from 'node:child_process'
import { appendFile, chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import pg from 'pg'
import { serverAccount } from '../../src/service/postgres/account.js'
import { clusterPassword, type Cluster, ensureCluster } from '../../src/service/postgres/cluster.js'
import { clusterIn, placeHome } from '../../src/service/postgres/placement.js'
import { startServer, stopServer } from '../../src/service/postgres/postmaster.js'
import { locatePrograms, reachablePrograms } from '../../src/service/postgres/programs.js'
import { readPidFile } from '../../src/service/postgres/pid-file.js'
import { rememberPort } from '../../src/service/postgres/port.js'
import { MAINTENANCE_DATABASE, SUPERUSER } from '../../src/service/postgres/settings.js'

const execute = promisify(execFile)
const startMs = 20_000

export class Server implements AsyncDisposable {
  #port = 0

  private constructor(
    private readonly root: string,
    private readonly cluster: Cluster,
  ) {}

  /** Made, and running. */
  static async start(): Promise<Server> {
    const server = await Server.#at(await mkdtemp(join(tmpdir(), 'reelstate-server-')))
    await ensureCluster(server.cluster)
    await server.start()
    return server
  }

  static async #at(root: string): Promise<Server> {
    await chmod(root, 0o711)
    const data = join(root, 'data')
    await mkdir(data, { recursive: true })
    const account = await serverAccount(data)
    const shared = join(tmpdir(), 'reelstate-shared')
    const programs = await reachablePrograms(account, shared, () => undefined, await locatePrograms())
    const home = await placeHome(data, account, shared, () => undefined)
    const passwordFile = join(data, 'postgres.password')
    const password = await clusterPassword(passwordFile, home)
    const cluster = {
      ...{ dataDirectory: data, home, folder: clusterIn(home), account, programs, password, passwordFile },
      durability: 'disposable' as const,
    }
    return new Server(root, cluster)
  }

  /** At the same address as before. */
  async start(): Promise<void> {
    const started = await startServer(this.cluster, performance.now() + startMs, new AbortController().signal)
    if (started.type !== 'ready') throw new Error(`the server did not start: ${JSON.stringify(started)}`)
    this.#port = (await readPidFile(this.cluster.folder))?.port ?? 0
    await rememberPort(this.cluster.dataDirectory, this.#port)
  }

  /** Its connections are cut. */
  async stop(): Promise<void> {
    const problem = await stopServer(this.cluster)
    if (problem !== undefined) throw new Error(problem)
  }

  url(database: string = MAINTENANCE_DATABASE): string {
    return `postgres://${SUPERUSER}:${this.cluster.password}@127.0.0.1:${this.#port}/${database}?sslmode=disable`
  }

  /** The rows of one statement, by a connection of its own. */
  async ask(statement: string, database = MAINTENANCE_DATABASE): Promise<Record<string, unknown>[]> {
    const client = new pg.Client({ connectionString: this.url(database) })
    await client.connect()
    try {
      return (await client.query<Record<string, unknown>>(statement)).rows
    } finally {
      await client.end()
    }
  }

  /** A copy that runs as a standby, and gets from this one all that is committed before anybody is told that it is. */
  async standby(): Promise<Server> {
    const root = await mkdtemp(join(tmpdir(), 'reelstate-server-'))
    await this.stop()
    const copy = await Server.#at(root)
    await execute('cp', ['-a', this.cluster.folder, copy.cluster.folder])
    await execute('cp', ['-a', this.cluster.passwordFile, copy.cluster.passwordFile])
    await this.start()
    const primary = `host=127.0.0.1 port=${this.#port} user=${SUPERUSER} password=${this.cluster.password} application_name=standby`
    const settings = `primary_conninfo = '${primary}'\nwal_retrieve_retry_interval = '100ms'\n`
    await appendFile(join(copy.cluster.folder, 'postgresql.auto.conf'), settings)
    await writeFile(copy.#signalFile, '')
    const standby = new Server(root, { ...copy.cluster, password: this.cluster.password })
    await standby.start()
    await this.ask(`alter system set synchronous_standby_names = 'standby'`)
    await this.ask('select pg_reload_conf()')
    return standby
  }

  /** Makes the standby a primary that waits for nobody. */
  async promote(): Promise<void> {
    await this.ask('select pg_promote()')
    await this.ask('alter system reset synchronous_standby_names')
    await this.ask('select pg_reload_conf()')
  }

  /** Starts it anew as a standby that has no primary, and only reads. */
  async demote(): Promise<void> {
    await this.stop()
    await writeFile(this.#signalFile, '')
    await this.start()
  }

  /** Starts it anew as the primary that it was. */
  async restore(): Promise<void> {
    await this.stop()
    await rm(this.#signalFile)
    await this.start()
  }

  get #signalFile(): string {
    return join(this.cluster.folder, 'standby.signal')
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await stopServer(this.cluster)
    await rm(this.root, { recursive: true, force: true, maxRetries: 5 })
  }
}
