/** The YouTube simulator of the specs, for a demo in a checkout: a process of its own that goes with the demo. */
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { AccountConfiguration } from '../../service/configuration.js'
import { Failure } from '../failure.js'

export interface Simulator {
  readonly url: string
  readonly account: AccountConfiguration
  stop(): void
}

// from the sources, or from what was built of them
const roots = ['../../../', '../../../../'].map((path) => fileURLToPath(new URL(path, import.meta.url)))
const program = join('spec', 'youtube', 'main.ts')
const readyLine = /^(http:\S+); configuration: /

/** @throws Failure where it isn't there (only a checkout has it) or doesn't start. */
export async function startSimulator(data: string): Promise<Simulator> {
  const root = roots.find((folder) => existsSync(join(folder, program)))
  if (root === undefined) throw new Failure('--to youtube: the simulator is only in a checkout, not in an installation')
  const child = spawn(process.execPath, ['--import=tsx', program, '--port', '0', '--processing', '3', '--data', data], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const stop = (): void => void child.kill()
  process.once('exit', stop)
  const url = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      const found = readyLine.exec(line)?.[1]
      if (found !== undefined) resolve(found)
    })
    child.once('error', reject)
    child.once('exit', (code) => reject(new Failure(`the simulator ended with ${code}`)))
  })
  return {
    url,
    account: {
      type: 'youtube',
      credentials: `${data}/simulator-credentials.json`,
      api_root: url,
      token_url: `${url}/token`,
    },
    stop() {
      process.off('exit', stop)
      stop()
    },
  }
}
