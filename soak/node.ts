/** A node of the run: a process of the built program, with lines of its own to what it needs, that is killed and started again. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { TcpProxy } from '../spec/support/tcpProxy.js'
import { LosingNotifications } from './notifications.js'
import type { LineTo, NodeName } from './script.js'

const preload = new URL('inNode.js', import.meta.url).href
/** As a supervisor does. */
const RESTART_MS = 100
/** After which the server gives a silent connection up (settings.ts), in milliseconds. */
const KEEPALIVE_MS = 25_000

export interface NodeGround {
  readonly program: string
  readonly name: NodeName
  /** A folder for what belongs to it. */
  readonly folder: string
  readonly configuration: object
  readonly databaseUrl: string
  readonly destinationPort: number
  readonly pace: number
  readonly originMs: number
  readonly note: (what: string) => void
}

/** A process that ended although nobody had told it to. */
export interface Crash {
  readonly node: NodeName
  readonly how: number | string
  readonly said: string
}

/** Whatever ends the machine, its nodes do not outlive it. */
const running = new Set<ChildProcess>()
process.on('exit', () => running.forEach((child) => child.kill('SIGKILL')))

export class NodeUnderTest implements AsyncDisposable {
  readonly crashes: Crash[] = []
  errors = ''
  #child: ChildProcess | undefined
  /** The newest process has said that it serves. */
  #serves = false
  #ended: Promise<unknown> = Promise.resolve()
  /** It has been told to end. */
  #ending = false
  #closing = false
  #thawed: Promise<unknown> = Promise.resolve()
  readonly #timers = new Set<NodeJS.Timeout>()

  private constructor(
    private readonly ground: NodeGround,
    readonly lines: Readonly<Record<LineTo, TcpProxy>>,
    readonly notifications: LosingNotifications,
  ) {}

  static async make(ground: NodeGround): Promise<NodeUnderTest> {
    await mkdir(ground.folder, { recursive: true })
    await writeFile(join(ground.folder, 'reelstate.json'), JSON.stringify(ground.configuration))
    const notifications = new LosingNotifications()
    const keepaliveMs = KEEPALIVE_MS / ground.pace
    const database = await TcpProxy.to(Number(new URL(ground.databaseUrl).port), '127.0.0.1', {
      filter: () => notifications.filter(),
      keepaliveMs,
    })
    const destination = await TcpProxy.to(ground.destinationPort, '127.0.0.1', { keepaliveMs })
    // where it listens is known once it does
    const others = await TcpProxy.to(0, '127.0.0.1', { keepaliveMs })
    return new NodeUnderTest(ground, { database, destination, others }, notifications)
  }

  get name(): NodeName {
    return this.ground.name
  }

  get isRunning(): boolean {
    return this.#child !== undefined && this.#child.exitCode === null && this.#child.signalCode === null
  }

  start(): void {
    if (this.#closing) return
    if (this.isRunning) {
      if (this.#ending) void this.#ended.then(() => this.start())
      return
    }
    const { program, name, folder, databaseUrl, destinationPort, pace, originMs } = this.ground
    const url = new URL(databaseUrl)
    url.port = String(this.lines.database.port)
    const soak = {
      pace,
      originMs,
      clock: this.#clock,
      routes: { [destinationPort]: this.lines.destination.port },
    }
    this.#ending = false
    const reached = `http://127.0.0.1:${this.lines.others.port}`
    const own = ['--port', '0', '--json', '--data', folder, '--name', name, '--url', reached]
    const args = ['--import', preload, program, 'serve', ...own]
    const child = spawn(process.execPath, args, {
      env: { ...process.env, REELSTATE_CONFIG: '', DATABASE_URL: url.href, REELSTATE_SOAK: JSON.stringify(soak) },
      stdio: ['ignore', 'pipe', 'pipe'],
      // a Ctrl-C in the terminal is for the machine alone: the run that is under way is finished
      detached: true,
    })
    this.#child = child
    running.add(child)
    let said = ''
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      said += text
      this.errors += text
    })
    this.#serves = false
    child.stdout?.setEncoding('utf8').once('data', (line: string) => {
      const url = /"url":"([^"]+)"/.exec(line)?.[1]
      if (this.#child !== child || url === undefined) return
      this.lines.others.leadTo(Number(new URL(url).port))
      this.#serves = true
    })
    this.#ended = once(child, 'close').then(([code, signal]: (number | string | null)[]) => {
      running.delete(child)
      this.errors += `--- ended: ${code ?? signal}\n`
      if (this.#ending || this.#closing) return
      this.crashes.push({ node: name, how: code ?? signal ?? '', said })
      this.ground.note(`${name} ended by itself (${code ?? signal}): ${said.trim().split('\n').at(-1) ?? ''}`)
      this.#later(RESTART_MS, () => this.start())
    })
  }

  /** kill -9. @param backMs until it is started again; null where it is not. */
  kill(backMs: number | null): void {
    this.#leave('SIGKILL', backMs)
  }

  /** SIGTERM. */
  end(backMs: number | null): void {
    this.#leave('SIGTERM', backMs)
  }

  #leave(signal: NodeJS.Signals, backMs: number | null): void {
    this.#ending = true
    this.#child?.kill(signal)
    if (backMs === null) return
    void this.#ended.then(() => this.#later(backMs, () => this.start()))
  }

  /** What is frozen thaws in its own time, also where everything else is mended meanwhile: the others have to live with it. */
  freeze(forMs: number): void {
    const child = this.#child
    child?.kill('SIGSTOP')
    const thaws = new Promise<void>((resolve) =>
      this.#later(forMs, () => {
        child?.kill('SIGCONT')
        resolve()
      }),
    )
    this.#thawed = Promise.all([this.#thawed, thaws])
  }

  /** Its wall clock is so far ahead from now on, in milliseconds. */
  async setClock(aheadMs: number): Promise<void> {
    await writeFile(this.#clock, String(aheadMs))
  }

  get #clock(): string {
    return join(this.ground.folder, 'clock')
  }

  /** All faults are over: its lines are whole, its clock is right, and, once it has thawed, it runs. */
  async mend(): Promise<void> {
    this.notifications.losing = false
    await this.setClock(0)
    for (const line of Object.values(this.lines)) line.open()
    await this.#thawed
    this.start()
  }

  /** Resolves once its newest process serves, or false if it does not in time. */
  async serves(withinMs: number): Promise<boolean> {
    const until = performance.now() + withinMs
    while (performance.now() < until) {
      if (this.#serves && this.isRunning && !this.#ending) return true
      await pause(20)
    }
    return false
  }

  /** Ends it as an operator does. @returns how it ended, 0 where all is well. */
  async stop(withinMs: number): Promise<number | string> {
    this.#closing = true
    for (const timer of this.#timers) clearTimeout(timer)
    const child = this.#child
    child?.kill('SIGTERM')
    await Promise.race([this.#ended, pause(withinMs, undefined, { ref: false })])
    if (this.isRunning) return 'not at all'
    return child?.exitCode ?? child?.signalCode ?? 0
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing = true
    for (const timer of this.#timers) clearTimeout(timer)
    this.#child?.kill('SIGKILL')
    await this.#ended
    for (const line of Object.values(this.lines)) await line[Symbol.asyncDispose]()
  }

  #later(ms: number, step: () => void): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer)
      step()
    }, ms)
    this.#timers.add(timer)
  }
}

export const builtProgram = fileURLToPath(new URL('../dist/src/cli/reelstate.js', import.meta.url))
