// `npm test`: everything that must hold before a change goes in, one step after the other, until one fails.
// The last line is always `N passed, N failed`. Arguments go on to mocha: `npm test -- -g "cannot be reset"`.
import { Buffer } from 'node:buffer'
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

const everything = 'spec/**/*.spec.ts'
/** Specs that look at the program from outside, and all others. */
const outside = ['spec/cli/**/*.spec.ts', 'spec/project/**/*.spec.ts', 'spec/http/**/*.spec.ts']
const inside = [everything, ...outside.map((pattern) => `--ignore=${pattern}`)]

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

/**
 * Runs mocha, in two processes side by side: starting programs over and over leaves a processor idle that cutting can use.
 * With arguments of its own it is one run.
 */
async function passesSpecs(args) {
  const chosen = args.some((arg) => arg.endsWith('.ts'))
  const shares = chosen ? [args] : args.length > 0 ? [[...args, everything]] : [[...outside], [...inside]]
  const counts = await Promise.all(shares.map((share, i) => countSpecs(share, i === 0)))
  return conclude({
    passes: counts.reduce((sum, { passes }) => sum + passes, 0),
    failures: counts.reduce((sum, { failures }) => sum + failures, 0),
  })
}

/** One run of mocha. Anything but a clean end with at least one spec run is a failure, whatever was counted. */
async function countSpecs(args, live) {
  const folder = mkdtempSync(join(tmpdir(), 'reelstate-test-'))
  const file = join(folder, 'counts.json')
  const environment = {
    REELSTATE_TEST_COUNTS: file,
    CHROMIUM_PATH: (await findChromium()).path,
    // specs start the program more than a hundred times: as it is built, it starts in half the time
    REELSTATE_PROGRAM: join(root, 'dist/src/cli/reelstate.js'),
  }
  try {
    const problem = await run(
      'mocha/bin/mocha.js',
      ['--reporter=scripts/counting-reporter.mjs', ...args],
      environment,
      live,
    )
    const { passes, failures, pending } = readCounts(file)
    const notCounted = failures === 0 ? (problem ?? (passes === 0 ? 'no spec was run' : undefined)) : undefined
    if (notCounted !== undefined) console.log(`✗ specs: ${notCounted}`)
    if (pending > 0) console.log(`${pending} skipped`)
    return { passes, failures: failures + (notCounted === undefined ? 0 : 1) }
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

/** Runs a program of node_modules; undefined if it ended well, else how it ended. What it prints comes at once, or in the end. */
function run(program, args, environment = {}, live = true) {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [join(root, 'node_modules', program), ...args], {
      cwd: root,
      env: { ...process.env, ...environment },
      stdio: live ? ['ignore', 'inherit', 'inherit'] : ['ignore', 'pipe', 'pipe'],
    })
    const printed = []
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => printed.push(chunk))
    const pass = (signal) => child.kill(signal)
    const signals = ['SIGINT', 'SIGTERM', 'SIGHUP']
    for (const signal of signals) process.on(signal, pass)
    const done = (problem) => {
      for (const signal of signals) process.off(signal, pass)
      process.stdout.write(Buffer.concat(printed))
      resolve(problem)
    }
    child.once('error', (error) => done(error.message))
    child.once('close', (code, signal) => done(code === 0 ? undefined : `ended by ${signal ?? `exit code ${code}`}`))
  })
}
