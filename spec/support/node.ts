/** A node as operators run it: the program itself, in a process of its own, for specs that kill it. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { footage } from './nodeFootage.js'
import { childrenOf, isRunning, until } from './processes.js'

/** The built program where a test run has built it, else the sources as they are. */
const program =
  process.env['REELSTATE_PROGRAM'] ?? fileURLToPath(new URL('../../src/cli/reelstate.js', import.meta.url))

export interface NodeSettings {
  readonly graceSeconds?: number
  readonly segments?: string
  /** By the location's name, over what `local` has by default. There are `local`, `rough` and `slow` without. */
  readonly locations?: Readonly<Record<string, Readonly<Record<string, unknown>>>>
  readonly accounts?: Readonly<Record<string, unknown>>
  readonly webhooks?: Readonly<Record<string, unknown>>
  /** What it gets from other nodes; without any bound on the disk by default. */
  readonly fetch?: unknown
  /** How often it looks at what it has. */
  readonly coverage?: unknown
  /** Sections of the configuration that most specs have no use for. */
  readonly more?: Readonly<Record<string, unknown>>
}

/** Takes long for every picture, so that a cut is surely under way when something happens to it. */
const slowly = { video_encoder: ['-c:v', 'libx264', '-preset', 'placebo', '-rc-lookahead', '5', '-pix_fmt', 'yuv420p'] }
const quickly = { video_encoder: ['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p'] }

/** What belongs to one machine: its configuration, and the folder that its location `local` publishes into. */
export class Machine implements AsyncDisposable {
  readonly published: string
  #nodes: NodeProcess[] = []

  private constructor(
    readonly data: string,
    readonly url: string,
  ) {
    this.published = join(data, 'published')
  }

  static async make(url: string, settings: NodeSettings = {}): Promise<Machine> {
    const machine = new Machine(await mkdtemp(join(tmpdir(), 'reelstate-node-')), url)
    await mkdir(machine.published)
    await machine.configure(settings)
    return machine
  }

  /** What the next node of this machine reads at its start. */
  async configure({
    graceSeconds = 60,
    segments,
    locations = {},
    accounts = {},
    webhooks = {},
    fetch = { keep_free_gibibytes: 0 },
    coverage,
    more = {},
  }: NodeSettings): Promise<void> {
    const configured = Object.entries({ local: {}, rough: { cut: 'rough' }, slow: slowly, ...locations }).map(
      ([name, location]) => [name, { type: 'local', path: this.published, cut: 'full', ...quickly, ...location }],
    )
    const configuration = {
      segments: segments ?? (await footage()),
      grace_seconds: graceSeconds,
      locations: Object.fromEntries(configured) as unknown,
      accounts,
      webhooks,
      fetch,
      coverage,
      ...more,
    }
    await writeFile(join(this.data, 'reelstate.json'), JSON.stringify(configuration))
  }

  /** Starts a node and waits until it serves. Throws what it said where it ends instead. */
  async serve(name = 'node-a', url = this.url): Promise<NodeProcess> {
    const node = this.start(name, url)
    await node.serving()
    return node
  }

  start(name = 'node-a', url = this.url, env: NodeJS.ProcessEnv = {}): NodeProcess {
    const node = new NodeProcess(this.data, url, name, env)
    this.#nodes.push(node)
    return node
  }

  /** Everything in the folder but the marker that says which folder it is. */
  async files(): Promise<string[]> {
    return (await readdir(this.published)).filter((name) => name !== '.reelstate-destination').sort()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#nodes.map((node) => node.end('SIGKILL')))
    await rm(this.data, { recursive: true, force: true })
  }
}

export class NodeProcess {
  readonly #child: ChildProcess
  /** Resolves to the exit code, or the signal that it died of, once it is gone. */
  readonly ended: Promise<number | string>
  output = ''
  errors = ''

  constructor(data: string, url: string, name: string, env: NodeJS.ProcessEnv) {
    this.#child = spawn(process.execPath, [program, 'serve', '--port', '0', '--json', '--data', data, '--name', name], {
      env: { ...process.env, REELSTATE_CONFIG: '', DATABASE_URL: url, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    this.#child.stdout?.setEncoding('utf8').on('data', (text: string) => (this.output += text))
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => (this.errors += text))
    this.ended = once(this.#child, 'close').then(([code, signal]: (number | string)[]) => code ?? signal ?? '')
  }

  get pid(): number {
    return this.#child.pid ?? 0
  }

  async serving(): Promise<void> {
    let ended = false
    void this.ended.then(() => (ended = true))
    await until(() => Promise.resolve(ended || this.output.includes('\n')), 'the node serves', 60)
    if (!this.output.includes('\n')) throw new Error(`the node ended: ${this.errors}`)
  }

  /** The address of its page. */
  get url(): string {
    return (JSON.parse(this.output.split('\n')[0] ?? '') as { url: string }).url
  }

  signal(name: NodeJS.Signals): void {
    this.#child.kill(name)
  }

  /** Sends the signal and waits for the end. A kill -9 takes no ffmpeg with it: those have to go by themselves. */
  async end(signal: NodeJS.Signals): Promise<number | string> {
    this.signal(signal)
    return this.ended
  }

  ffmpegs(): Promise<number[]> {
    return childrenOf(this.pid, 'ffmpeg')
  }

  async cutting(): Promise<number[]> {
    await until(async () => (await this.ffmpegs()).length > 0, 'ffmpeg runs', 30)
    return this.ffmpegs()
  }
}

export async function gone(pids: readonly number[], seconds: number): Promise<void> {
  const running = async () => (await Promise.all(pids.map(isRunning))).some(Boolean)
  await until(async () => !(await running()), `ffmpeg ${pids.join(', ')} is gone`, seconds)
}
