// `npm test`: everything that must hold before a change goes in, one step after the other, until one fails.
// The last line is always `N passed, N failed`. Arguments go on to mocha: `npm test -- -g "cannot be reset"`.
import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { findChromium } from './setup/chromium.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))

const checks = [
  { name: 'types', program: 'typescript7/bin/tsc', args: ['--noEmit'] },
  { name: 'lint', program: 'eslint/bin/eslint.js', args: ['--max-warnings=0', '.'] },
  {
    name: 'imports',
    program: 'dependency-cruiser/bin/dependency-cruise.mjs',
    args: ['--config', '.dependency-cruiser.cjs', 'src', 'machines'],
  },
  { name: 'format', program: 'prettier/bin/prettier.cjs', args: ['--check', '--log-level=warn', '.'] },
  { name: 'build', program: '../scripts/build.mjs', args: [] },
]

process.exitCode = (await passesChecks()) && (await passesSpecs(process.argv.slice(2))) ? 0 : 1

/** Runs what needs no running service; a check that fails is the one failure that is counted. */
async function passesChecks() {
  for (const { name, program, args } of checks) {
    const begun = performance.now()
    const problem = await run(program, args)
    if (problem !== undefined) {
      console.log(`✗ ${name}: ${problem}`)
      conclude({ passes: 0, failures: 1 })
      return false
    }
    console.log(`✓ ${name} (${((performance.now() - begun) / 1000).toFixed(1)} s)`)
  }
  return true
}

/** Runs mocha. Anything but a clean end with at least one spec run is a failure, whatever was counted. */
async function passesSpecs(args) {
  const folder = mkdtempSync(join(tmpdir(), 'reelstate-test-'))
  const counts = join(folder, 'counts.json')
  try {
    const files = args.some((arg) => arg.endsWith('.ts')) ? [] : ['spec/**/*.spec.ts']
    const problem = await run('mocha/bin/mocha.js', ['--reporter=scripts/counting-reporter.mjs', ...args, ...files], {
      REELSTATE_TEST_COUNTS: counts,
      CHROMIUM_PATH: (await findChromium()).path,
      // specs start the program more than a hundred times: as it is built, it starts in half the time
      REELSTATE_PROGRAM: join(root, 'dist/src/cli/reelstate.js'),
    })
    const { passes, failures, pending } = readCounts(counts)
    const notCounted = failures === 0 ? (problem ?? (passes === 0 ? 'no spec was run' : undefined)) : undefined
    if (notCounted !== undefined) console.log(`✗ specs: ${notCounted}`)
    if (pending > 0) console.log(`${pending} skipped`)
    return conclude({ passes, failures: failures + (notCounted === undefined ? 0 : 1) })
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function conclude({ passes, failures }) {
  console.log(`${passes} passed, ${failures} failed`)
  return failures === 0
}

function readCounts(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch {
    return { passes: 0, failures: 0, pending: 0 } // mocha came to an end of its own: `run` tells how
  }
}

/** Runs a program of node_modules in the foreground; undefined if it ended well, else how it ended. */
function run(program, args, environment = {}) {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [join(root, 'node_modules', program), ...args], {
      cwd: root,
      env: { ...process.env, ...environment },
      stdio: ['ignore', 'inherit', 'inherit'],
    })
    const pass = (signal) => child.kill(signal)
    const signals = ['SIGINT', 'SIGTERM', 'SIGHUP']
    for (const signal of signals) process.on(signal, pass)
    const done = (problem) => {
      for (const signal of signals) process.off(signal, pass)
      resolve(problem)
    }
    child.once('error', (error) => done(error.message))
    child.once('exit', (code, signal) => done(code === 0 ? undefined : `ended by ${signal ?? `exit code ${code}`}`))
  })
}
