import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { findProgram, run, runLong, say } from './commands.mjs'

// Installed as usual, Debian would start its daemons on this machine: the packages are only unpacked, into a folder of
// our own, which needs no root either.
const folder = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'reelstate', 'swift')
const stamp = 'reelstate-setup'
/** In another place it would be mixed with the system's own loader, which does not bear that. */
const leftOut = /^libc6_|^libc-bin_/
/** Whatever the specs' server needs; importing it once also compiles it. */
const needed = [
  ...['eventlet', 'lxml.etree', 'paste.deploy', 'pyeclib.ec_iface', 'xattr', 'swift.common.ring.builder'],
  ...['account', 'container', 'obj', 'proxy'].map((part) => `swift.${part}.server`),
  ...['catch_errors', 'copy', 's3api.s3api', 'slo', 'tempauth'].map((part) => `swift.common.middleware.${part}`),
]

/**
 * OpenStack Swift, the S3 store that specs use. `{ name, python, env }`: how to run a Python that can import it; or
 * `{ missing: true }`.
 */
export function findSwift() {
  const file = join(folder, stamp)
  if (!existsSync(file)) return { missing: true }
  const python = pythonOf(folder)
  return python === undefined
    ? { missing: true }
    : { name: `Swift ${readFileSync(file, 'utf8').trim()}`, python, env: environmentOf(folder) }
}

/** Fetches Debian's packages of Swift and unpacks them. Returns undefined, or one line that says why it can't be had. */
export async function installSwift() {
  if (findProgram('apt-get') === undefined || findProgram('dpkg-deb') === undefined)
    return 'it is fetched by apt-get, which is not here'
  mkdirSync(dirname(folder), { recursive: true })
  const place = mkdtempSync(`${folder}-`)
  try {
    const problem = (await download(place)) ?? (await unpack(place)) ?? (await tryOut(place))
    if (problem !== undefined) return problem
    for (const name of ['lists', 'cache']) rmSync(join(place, name), { recursive: true, force: true })
    rmSync(folder, { recursive: true, force: true })
    renameSync(place, folder)
    return undefined
  } finally {
    rmSync(place, { recursive: true, force: true })
  }
}

/** What the machine lacks of Swift's packages. Lists and locks are our own, so root is not needed, nor the system's lists. */
async function download(place) {
  const apt = [
    ...['-q', '-o', 'Debug::NoLocking=true', '-o', 'APT::Sandbox::User=root', '-o', 'Acquire::http::Timeout=20'],
    ...['-o', `Dir::State::lists=${place}/lists`, '-o', `Dir::Cache=${place}/cache`],
  ]
  for (const path of ['lists/partial', 'cache/archives/partial']) mkdirSync(join(place, path), { recursive: true })
  const options = { env: { ...process.env, LC_ALL: 'C', DEBIAN_FRONTEND: 'noninteractive' } }
  const what = 'fetching OpenStack Swift for the specs'
  // a failed update is no reason to stop: one broken source of many fails it
  await runLong(`${what} (package lists)`, 'apt-get', [...apt, 'update'], options)
  const args = [...apt, 'install', '-y', '--download-only', '--no-install-recommends', 'python3-swift']
  const fetched = await runLong(what, 'apt-get', args, options)
  return fetched.ok ? undefined : 'apt-get could not fetch python3-swift (above)'
}

async function unpack(place) {
  const archives = join(place, 'cache', 'archives')
  for (const name of readdirSync(archives).filter((name) => name.endsWith('.deb') && !leftOut.test(name))) {
    const unpacked = await run('dpkg-deb', ['--extract', join(archives, name), place])
    if (!unpacked.ok) return `${name} could not be unpacked: ${unpacked.output.trim()}`
  }
  return undefined
}

async function tryOut(place) {
  const python = pythonOf(place)
  if (python === undefined) return 'there is no python3'
  const program = `import swift, ${needed.join(', ')}; print(swift.__version__)`
  const tried = await run(python, ['-W', 'ignore', '-c', program], { env: { ...process.env, ...environmentOf(place) } })
  if (!tried.ok) return `it does not run: ${tried.output.trim().split('\n').at(-1)}`
  writeFileSync(join(place, stamp), `${tried.output.trim().split('\n').at(-1)}\n`)
  return undefined
}

/** The system's, whose packages were not fetched; else the one that was. A Python of the PATH may be any other. */
function pythonOf(place) {
  return [join(place, 'usr/bin/python3'), '/usr/bin/python3'].find(existsSync)
}

function environmentOf(place) {
  const libraries = ['usr/lib', 'lib'].flatMap((name) => {
    const path = join(place, name)
    return existsSync(path)
      ? [
          path,
          ...readdirSync(path)
            .filter((entry) => entry.includes('-linux-gnu'))
            .map((entry) => join(path, entry)),
        ]
      : []
  })
  return { PYTHONPATH: join(place, 'usr/lib/python3/dist-packages'), LD_LIBRARY_PATH: libraries.join(':') }
}

/** Swift is for one destination's specs only: where it can't be had those are skipped. Its name for people, or undefined. */
export async function provideSwift() {
  if (findSwift().missing) {
    const problem = await installSwift().catch((error) => error.message)
    if (problem !== undefined) {
      say(`no OpenStack Swift (${problem}): the specs of s3 destinations will be skipped`)
      return undefined
    }
  }
  return findSwift().name
}
