/** The spec of faults at the destination, with as many videos as are asked for. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { Options } from './options.js'
import { builtProgram } from './node.js'

const VIDEOS = 200

/** @returns the exit code of mocha. */
export async function faultsAtDestination({ videos, seed }: Options): Promise<number> {
  const root = fileURLToPath(new URL('..', import.meta.url))
  const env = {
    ...process.env,
    REELSTATE_PROGRAM: builtProgram,
    REELSTATE_FAULT_VIDEOS: String(videos ?? VIDEOS),
    REELSTATE_SEED: String(seed ?? 1),
  }
  const args = ['node_modules/mocha/bin/mocha.js', '--exit', 'spec/service/node/faults.spec.ts']
  const child = spawn(process.execPath, args, { cwd: root, stdio: 'inherit', env })
  const [code] = (await once(child, 'close')) as [number | null]
  return code ?? 1
}
