/** The program as people and scripts run it: a process of its own, judged by its exit code and by what it prints. */
import { type ChildProcess, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

/** The built program where a test run has built it, else the sources as they are. */
const program =
  process.env['REELSTATE_PROGRAM'] ?? fileURLToPath(new URL('../../src/cli/reelstate.js', import.meta.url))

export interface Surroundings {
  readonly env?: NodeJS.ProcessEnv
  readonly cwd?: string
  /** What it reads from standard input. */
  readonly input?: string
}

export interface Outcome {
  /** null where a signal has ended it. */
  readonly code: number | null
  readonly stdout: string
  /** Standard output where it is no text. */
  readonly bytes: Buffer
  readonly stderr: string
  /** How long it took, in milliseconds. */
  readonly tookMs: number
}

/** Runs a command to its end. */
export async function reelstate(args: readonly string[], surroundings: Surroundings = {}): Promise<Outcome> {
  return start(args, surroundings).ended
}

/** Standard output as the one JSON value that it has to be; throws where there is more or less. */
export const json = <A>({ stdout, stderr }: Outcome): A => {
  try {
    return JSON.parse(stdout) as A
  } catch {
    throw new Error(`not one JSON value: ${JSON.stringify(stdout)}; it said: ${stderr}`)
  }
}

/** The lines of a stream without the empty one at its end. */
export const lines = (text: string): string[] => (text === '' ? [] : text.replace(/\n$/, '').split('\n'))

export interface Running {
  readonly pid: number
  readonly ended: Promise<Outcome>
  /** The first line of standard output that satisfies `wanted`, now or later. Rejects where the program ends before. */
  line(wanted: (line: string) => boolean): Promise<string>
  signal(name: NodeJS.Signals): void
  /** Closes the other end of its standard output. */
  stopReading(): void
}

/** Starts a command that goes on. Whoever starts it ends it. */
export function start(args: readonly string[], { env = {}, cwd, input }: Surroundings = {}): Running {
  const begunMs = performance.now()
  const child = spawn(process.execPath, [program, ...args], {
    cwd,
    env: surroundingsOf(env),
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  child.stdin.end(input ?? '')
  const printed: string[] = []
  const listeners = new Set<() => void>()
  createInterface({ input: child.stdout }).on('line', (line) => {
    printed.push(line)
    listeners.forEach((listener) => listener())
  })
  const ended = outcomeOf(child, begunMs)
  return {
    pid: child.pid ?? 0,
    ended,
    line: (wanted) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          const found = printed.find(wanted)
          if (found === undefined) return
          listeners.delete(look)
          resolve(found)
        }
        listeners.add(look)
        look()
        void ended.then(({ code, stderr }) => {
          look()
          reject(new Error(`reelstate ${args.join(' ')} ended with ${code} before that line came; it said: ${stderr}`))
        })
      }),
    signal: (name) => void child.kill(name),
    stopReading: () => void child.stdout.destroy(),
  }
}

/** Nothing of the shell that runs the specs may choose a database or a folder. */
function surroundingsOf(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const ours = { ...process.env, NO_COLOR: '1', REELSTATE_ACTOR: 'spec' }
  for (const name of ['DATABASE_URL', 'REELSTATE_DATA', 'REELSTATE_CONFIG', 'FORCE_COLOR'])
    delete (ours as NodeJS.ProcessEnv)[name]
  return { ...ours, ...env }
}

function outcomeOf(child: ChildProcess, begunMs: number): Promise<Outcome> {
  const chunks: Buffer[] = []
  let stderr = ''
  child.stdout?.on('data', (chunk: Buffer) => chunks.push(chunk))
  child.stderr?.setEncoding('utf8').on('data', (chunk: string) => (stderr += chunk))
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code) => {
      const bytes = Buffer.concat(chunks)
      resolve({ code, bytes, stdout: bytes.toString('utf8'), stderr, tookMs: performance.now() - begunMs })
    })
  })
}

/** Runs the same with each of `items`, two at a time: most of a short command is the start of its process. */
export async function each<A, B>(items: readonly A[], work: (item: A) => Promise<B>): Promise<B[]> {
  const results: B[] = []
  const waiting = [...items.entries()]
  const worker = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) results[next[0]] = await work(next[1])
  }
  await Promise.all([worker(), worker()])
  return results
}
