// `npm test`: everything that must hold before a change goes in, one step after the other, until one fails.
// The last line is always `N passed, N failed`. Arguments go on to mocha: `npm test -- -g "cannot be reset"`.
import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import pLimit from 'p-limit'
import { costliest } from './costs.mjs'
import { findChromium } from './setup/chromium.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))

const checks = [
  { name: 'types', program: 'typescript7/bin/tsc', args: ['--noEmit'] },
  { name: 'types of the console', program: 'typescript7/bin/tsc', args: ['--noEmit', '-p', 'spec/console'] },
  { name: 'lint', program: 'eslint/bin/eslint.js', args: ['--max-warnings=0', '.'] },
  {
    name: 'imports',
    program: 'dependency-cruiser/bin/dependency-cruise.mjs',
    args: ['--config', '.dependency-cruiser.cjs', 'src', 'machines'],
  },
  { name: 'format', program: 'prettier/bin/prettier.cjs', args: ['--check', '--log-level=warn', '.'] },
  { name: 'build', program: '../scripts/build.mjs', args: [] },
]

/**
 * Specs run in processes side by side, those that take longest first. What no part names is a part of its own. Most specs
 * wait for something much of their time: there is one process more than there are processors.
 */
const parts = [
  'spec/service/node/**/*.spec.ts',
  'spec/cli/**/*.spec.ts',
  'spec/service/*.spec.ts',
  'spec/console/**/*.spec.ts',
  'spec/cut/**/*.spec.ts',
  'spec/{http,log}/**/*.spec.ts',
  'spec/{soak,announce,upload,youtube,protocol}/**/*.spec.ts',
]
const every = 'spec/**/*.spec.ts'
const atOnce = availableParallelism() + 1

process.exitCode = (await passesChecks()) && (await passesSpecs(process.argv.slice(2))) ? 0 : 1

/** Runs what needs no running service, the longest beside all others; a check that fails is the one failure that is counted. */
async function passesChecks() {
  const [longest, others] = [checks.filter(({ name }) => name === 'lint'), checks.filter(({ name }) => name !== 'lint')]
  const passed = await Promise.all([longest, others].map(passesInTurn))
  if (passed.every(Boolean)) return true
  conclude({ passes: 0, failures: 1 })
  return false
}

async function passesInTurn(some) {
  for (const { name, program, args } of some) {
    const begun = performance.now()
    const { problem, output } = await run(program, args, undefined, true)
    process.stdout.write(output)
    if (problem !== undefined) {
      console.log(`✗ ${name}: ${problem}`)
      return false
    }
    console.log(`✓ ${name} (${((performance.now() - begun) / 1000).toFixed(1)} s)`)
  }
  return true
}

/**
 * Runs mocha, as several processes side by side where all specs are wanted.
 * Anything but a clean end of each with at least one spec run is a failure, whatever was counted.
 */
async function passesSpecs(args) {
  const folder = mkdtempSync(join(tmpdir(), 'reelstate-test-'))
  const environment = {
    CHROMIUM_PATH: (await findChromium()).path,
    // specs start the program more than a hundred times: as it is built, it starts in half the time
    REELSTATE_PROGRAM: join(root, 'dist/src/cli/reelstate.js'),
  }
  const files = args.some((arg) => arg.endsWith('.ts')) ? [] : [every]
  const wanted =
    args.length > 0
      ? [[...args, ...files]]
      : [...parts.map((part) => [part]), [every, ...parts.flatMap((part) => ['--ignore', part])]]
  try {
    const limit = pLimit(atOnce)
    const runs = wanted.map((arguments_, part) =>
      limit(() => runSpecs(arguments_, join(folder, `${part}.json`), environment, part > 0)),
    )
    const all = { passes: 0, failures: 0, pending: 0 }
    const [costs, failed] = [[], []]
    for (const running of runs) {
      const { output, problem, counts } = await running
      process.stdout.write(output)
      if (problem !== undefined) console.log(`✗ specs: ${problem}`)
      for (const key of Object.keys(all)) all[key] += counts[key]
      costs.push(...(counts.costs ?? []))
      failed.push(...(counts.failed ?? []))
    }
    if (args.length === 0) console.log(['The costliest suites:', ...costliest(costs)].join('\n'))
    for (const { title, file, says } of failed) console.log(`✗ ${title} (${relative(root, file)}): ${says}`)
    if (all.pending > 0) console.log(`${all.pending} skipped`)
    return conclude(all)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

async function runSpecs(args, file, environment, later) {
  const { output, problem } = await run(
    'mocha/bin/mocha.js',
    ['--reporter=scripts/counting-reporter.mjs', ...args],
    { ...environment, REELSTATE_TEST_COUNTS: file },
    later,
  )
  const counts = readCounts(file)
  const notCounted =
    counts.failures === 0 ? (problem ?? (counts.passes === 0 ? 'no spec was run' : undefined)) : undefined
  if (notCounted !== undefined) counts.failures++
  return { output, problem: notCounted, counts }
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

/** Runs a program of node_modules. Its output is shown as it comes, or kept for `later`. A problem is how it ended, if not well. */
function run(program, args, environment = {}, later = false) {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [join(root, 'node_modules', program), ...args], {
      cwd: root,
      env: { ...process.env, ...environment },
      stdio: ['ignore', ...(later ? ['pipe', 'pipe'] : ['inherit', 'inherit'])],
    })
    let output = ''
    for (const stream of [child.stdout, child.stderr])
      stream?.setEncoding('utf8').on('data', (text) => (output += text))
    const pass = (signal) => child.kill(signal)
    const signals = ['SIGINT', 'SIGTERM', 'SIGHUP']
    for (const signal of signals) process.on(signal, pass)
    const done = (problem) => {
      for (const signal of signals) process.off(signal, pass)
      resolve({ output, problem })
    }
    child.once('error', (error) => done(error.message))
    child.once('close', (code, signal) => done(code === 0 ? undefined : `ended by ${signal ?? `exit code ${code}`}`))
  })
}
