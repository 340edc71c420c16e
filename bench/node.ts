/** Programs that benchmarks measure: the built node as operators run it, and whatever it stands beside. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

export interface Node {
  readonly url: string
  readonly child: ChildProcess
  /** A new process in its place. @returns its address */
  again(): Promise<string>
}

/** @param folder keeps its data and its configuration. @param database the address of a PostgreSQL that is its alone. */
export async function startNode(
  folder: string,
  configuration: Readonly<Record<string, unknown>>,
  database: string,
): Promise<Node> {
  const data = join(folder, 'data')
  await mkdir(data, { recursive: true })
  await writeFile(join(data, 'reelstate.json'), JSON.stringify(configuration))
  const program = join(import.meta.dirname, '..', 'dist', 'src', 'cli', 'reelstate.js')
  const args = [program, 'serve', '--no-auth', '--port', '0', '--json', '--data', data]
  const begin = async () => {
    const { child, line } = await started(process.execPath, args, { ...process.env, DATABASE_URL: database })
    return { child, url: (JSON.parse(line) as { url: string }).url }
  }
  let now = await begin()
  return {
    get url() {
      return now.url
    },
    get child() {
      return now.child
    },
    async again() {
      await ended(now.child)
      now = await begin()
      return now.url
    },
  }
}

/** A program that says one line when it is ready. */
export async function started(
  program: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv = process.env,
): Promise<{ child: ChildProcess; line: string }> {
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'inherit'], env })
  const [said] = (await Promise.race([
    once(child.stdout, 'data'),
    once(child, 'exit').then(() => Promise.reject(new Error(`${args[0]} has ended`))),
  ])) as [Buffer]
  return { child, line: said.toString().trim() }
}

export async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const over = once(child, 'exit')
  child.kill('SIGTERM')
  await over
}
