import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import { openEmbedded, type Embedded } from '../../../src/service/postgres/embedded.js'

const SCRIPT = fileURLToPath(new URL('../../support/postgres-process.ts', import.meta.url))
const PATIENCE_MS = 20_000

/** A process of its own that uses the database of a workplace. */
export interface DatabaseProcess {
  readonly pid: number
  /** Resolves with the URL once the database is open, rejects with the line that it failed with. */
  opened(): Promise<string>
  readonly notices: readonly string[]
  /** Lets it close the database and end. */
  leave(): Promise<void>
  kill(): Promise<void>
}

/** A data directory of one spec, with whatever processes and servers use it; `clear` ends them all. */
export class Workplace {
  private readonly processes: ChildProcess[] = []
  private readonly opened: Embedded[] = []
  readonly notices: string[] = []

  private constructor(
    readonly root: string,
    readonly data: string,
    readonly shared: string,
  ) {}

  /** With `below`, the data directory is that far down, so that a folder above it can be closed. */
  static async make(below = 'data'): Promise<Workplace> {
    const root = await mkdtemp(join(tmpdir(), 'reelstate-postgres-'))
    await chmod(root, 0o711)
    return new Workplace(root, join(root, below), join(root, 'shared'))
  }

  get cluster(): string {
    return join(this.data, 'postgres', 'cluster')
  }

  async open(): Promise<Embedded> {
    const embedded = await openEmbedded({
      dataDirectory: this.data,
      sharedFolder: this.shared,
      durability: 'disposable',
      onNotice: (line) => this.notices.push(line),
    })
    this.opened.push(embedded)
    return embedded
  }

  start(): DatabaseProcess {
    const child = spawn(process.execPath, ['--import', 'tsx', SCRIPT, this.data, this.shared], {
      // A process group of its own, as a terminal's foreground has: a signal to it reaches what it has started, too.
      detached: true,
      stdio: ['pipe', 'pipe', 'inherit'],
    })
    this.processes.push(child)
    const notices: string[] = []
    const exited = once(child, 'exit')
    const url = new Promise<string>((resolve, reject) => {
      createInterface({ input: child.stdout }).on('line', (line) => {
        const said = JSON.parse(line) as { url?: string; notice?: string; failure?: string }
        if (said.url !== undefined) resolve(said.url)
        if (said.notice !== undefined) notices.push(said.notice)
        if (said.failure !== undefined) reject(new Error(said.failure))
      })
      void exited.then(() => reject(new Error('the process has ended')))
    })
    url.catch(() => undefined)
    return {
      pid: child.pid ?? 0,
      opened: () => url,
      notices,
      leave: async () => {
        child.stdin.end()
        await exited
      },
      kill: async () => {
        endGroup(child)
        await exited
      },
    }
  }

  async serverPid(): Promise<number | undefined> {
    const text = await readFile(join(this.cluster, 'postmaster.pid'), 'utf8').catch(() => '')
    return Number(text.split('\n')[0]) || undefined
  }

  /** Ends every process and the server, and leaves the files. */
  async quiet(): Promise<void> {
    for (const child of this.processes.splice(0)) endGroup(child)
    await Promise.all(this.opened.splice(0).map((embedded) => embedded.close()))
    this.notices.length = 0
    const server = await this.serverPid()
    if (server === undefined) return
    if (isRunning(server)) process.kill(server, 'SIGQUIT')
    await until(() => !isRunning(server))
  }

  async clear(): Promise<void> {
    await this.quiet()
    await rm(this.root, { recursive: true, force: true, maxRetries: 5 })
  }
}

/** Ends a process and what it has started, but for the server, which has a session of its own. */
function endGroup(child: ChildProcess): void {
  if (child.pid !== undefined && child.exitCode === null && child.signalCode === null)
    process.kill(-child.pid, 'SIGKILL')
}

/** The rows of one statement, by a connection of its own. */
export async function ask(url: string, statement: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return (await client.query<Record<string, unknown>>(statement)).rows
  } finally {
    await client.end()
  }
}

/** Waits until something has come true; a spec that it doesn't fails. */
export async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  for (const deadline = performance.now() + PATIENCE_MS; performance.now() < deadline;) {
    if (await holds()) return
    await pause(10)
  }
  throw new Error(`has not come true: ${holds.toString()}`)
}

export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}
