import { setTimeout as sleep } from 'node:timers/promises'
import { findProgram, run, runLong, say } from './commands.mjs'

const lockWaitSeconds = 120

/**
 * Installs packages by the system's package manager, without ever asking for a password.
 * Returns undefined once they are installed, else one line that says what a person has to do.
 */
export async function installPackages(names) {
  if (process.platform === 'darwin') return installByHomebrew(names)
  if (findProgram('apt-get') !== undefined) return installByApt(names)
  return `${names.join(' and ')} not found. Install with your system's package manager, or ${byPath(names)}.`
}

async function installByApt(names) {
  const byHand = aptCommands(names).map((args) => `apt-get ${args.join(' ')}`)
  const asRoot = await rootPrefix()
  if (asRoot === undefined) {
    const commands = byHand.map((command) => `sudo ${command}`).join(' && ')
    return `${names.join(' and ')} not found, and installing needs root. Run: ${commands}`
  }
  const [update, install] = aptCommands(names).map((args) => ['-o', `DPkg::Lock::Timeout=${lockWaitSeconds}`, ...args])
  // A failed update is no reason to stop: one broken source of many fails it, and older lists may do. Install decides.
  await aptGet(asRoot, `reading the package lists (apt-get update)`, update)
  const installed = await aptGet(asRoot, `installing ${names.join(' and ')} (apt-get install)`, install)
  return installed.ok ? undefined : `apt-get could not install ${names.join(' and ')}. Try: ${byHand.join(' && ')}`
}

function aptCommands(names) {
  return [['update'], ['install', '-y', '--no-install-recommends', ...names]]
}

async function aptGet(asRoot, what, args) {
  const deadline = performance.now() + lockWaitSeconds * 1000
  for (;;) {
    const [program, ...rest] = [...asRoot, 'env', 'DEBIAN_FRONTEND=noninteractive', 'apt-get', '-q', ...args]
    const result = await runLong(what, program, rest, { env: aptEnvironment() })
    // apt's own time-out covers dpkg's lock but not that of the package lists
    if (result.ok || !/could not get lock/i.test(result.output) || performance.now() > deadline) return result
    say('another package manager is at work: waiting')
    await sleep(3000)
  }
}

/** dpkg refuses to work without ldconfig and the like, which a user's PATH often lacks. English, for we read it. */
function aptEnvironment() {
  return { ...process.env, LC_ALL: 'C', PATH: `${process.env.PATH}:/usr/local/sbin:/usr/sbin:/sbin` }
}

/** What to put before a command so that it runs as root: nothing, `sudo -n`, or undefined where that would ask. */
async function rootPrefix() {
  if (process.getuid?.() === 0) return []
  if (findProgram('sudo') === undefined) return undefined
  return (await run('sudo', ['-n', 'true'])).ok ? ['sudo', '-n'] : undefined
}

async function installByHomebrew(names) {
  const byHand = names.map((name) => (name === 'chromium' ? ['install', '--cask', name] : ['install', name]))
  const commands = byHand.map((args) => `brew ${args.join(' ')}`).join(' && ')
  if (findProgram('brew') === undefined) {
    return `${names.join(' and ')} not found. With Homebrew: ${commands}; or ${byPath(names)}.`
  }
  say('using Homebrew; setting up on macOS has not been tested')
  for (const args of byHand) {
    const installed = await runLong(`brew ${args.join(' ')}`, 'brew', args)
    if (!installed.ok) return `Homebrew failed. Try: ${commands}`
  }
  return undefined
}

function byPath(names) {
  const variables = { ffmpeg: 'FFMPEG_PATH and FFPROBE_PATH', chromium: 'CHROMIUM_PATH' }
  return `say where: ${names.map((name) => variables[name]).join(', ')}`
}
