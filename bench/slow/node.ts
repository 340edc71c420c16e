/** A node with a folder for which it cuts whole segments: what is claimed is done soon. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

export async function startNode(
  folder: string,
  segments: string,
  database: string,
): Promise<{ readonly url: string; stop(): Promise<void> }> {
  const data = join(folder, 'data')
  await mkdir(data, { recursive: true })
  const locations = { disk: { type: 'local', path: 'videos', cut: 'rough' } }
  const configuration = { node: 'bench', segments, coverage: false, fetch: false, locations }
  await writeFile(join(data, 'reelstate.json'), JSON.stringify(configuration))
  const program = join(import.meta.dirname, '..', '..', 'dist', 'src', 'cli', 'reelstate.js')
  const args = [program, 'serve', '--no-auth', '--port', '0', '--json', '--data', data]
  const { child, line } = await saying(args, { ...process.env, DATABASE_URL: database })
  return { url: (JSON.parse(line) as { url: string }).url, stop: () => stopped(child).then(() => undefined) }
}

/** A program that says one line when it is ready. */
export async function saying(
  args: readonly string[],
  env: NodeJS.ProcessEnv = process.env,
): Promise<{ readonly child: ChildProcess; readonly line: string }> {
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'], env })
  const [said] = (await Promise.race([
    once(child.stdout, 'data'),
    once(child, 'exit').then(() => Promise.reject(new Error(`${args[0]} has ended`))),
  ])) as [Buffer]
  return { child, line: said.toString().trim() }
}

/** @returns what it says at its end. */
export async function stopped(child: ChildProcess): Promise<string> {
  if (child.exitCode !== null || child.signalCode !== null) return ''
  let text = ''
  child.stdout?.on('data', (bytes: Buffer) => (text += bytes.toString()))
  const over = once(child, 'close')
  child.kill('SIGTERM')
  await over
  return text.trim()
}
