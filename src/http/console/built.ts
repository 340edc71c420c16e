/**
 * Where the console is. In a build, and in an image, it lies beside the program. A checkout has it in dist/ once it was built, and
 * builds it when it is first asked for and not there, or older than its sources: whoever only runs the program has to know nothing of it.
 */
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { type ConsoleFiles, readConsole } from './files.js'

const root = fileURLToPath(new URL('../../..', import.meta.url))
const isCheckout = existsSync(`${root}src/console/index.html`)
const buildMs = 120_000

/** @returns null where it is not built and can't be here. @throws what went wrong in building it. */
export async function builtConsole(): Promise<ConsoleFiles | null> {
  if (!isCheckout) return readConsole(`${root}console`)
  // where only what the program needs is installed, what was built is shown as it is
  if (existsSync(`${root}node_modules/vite/package.json`))
    await promisify(execFile)(process.execPath, [`${root}scripts/console.mjs`, '--if-stale'], { timeout: buildMs })
  return readConsole(`${root}dist/console`)
}
