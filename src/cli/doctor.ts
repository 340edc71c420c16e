/** `reelstate doctor`: whether all that a node needs is there, and what to do where it isn't. */
import { mkdirSync } from 'node:fs'
import { constants, access, statfs } from 'node:fs/promises'
import { Command } from 'commander'
import { isLeft } from 'fp-ts/lib/Either.js'
import { describeProblem } from '../../machines/problems.js'
import { inspectFfmpeg } from '../cut/inspectFfmpeg.js'
import { connect, type Db } from '../log/database.js'
import { describeOpen, openTransactions, remedyOf } from '../log/heldUp.js'
import { migrate } from '../log/migrate.js'
import { listNodes } from '../log/nodes.js'
import { type Configuration, dataDirectory, readConfiguration } from '../service/configuration.js'
import { openLocations } from '../service/locations.js'
import { mostConnections } from '../service/pools.js'
import { openConsole, paint } from './console.js'
import { exitCodes, Failure } from './failure.js'
import { type GlobalOptions, reachDatabase } from './opened.js'

interface Finding {
  readonly what: string
  readonly ok: boolean
  readonly found: string
  /** What to do about it. */
  readonly remedy?: string
}

export const doctorCommand = (): Command =>
  new Command('doctor')
    .description(
      'Check Node, ffmpeg, the configuration, the folders, the locations and the database: a line each, with the remedy.',
    )
    .addHelpText('after', '\nExits with 1 if something is wrong.\n\nExample:\n  reelstate doctor')
    .action(async (_, command: Command) => {
      const options = command.optsWithGlobals<GlobalOptions>()
      const console = openConsole(options.json === true)
      const findings = await examine(options)
      const ok = findings.every((finding) => finding.ok)
      console.result({ ok, findings }, () =>
        findings
          .map(
            ({ what, ok, found, remedy }) =>
              `${ok ? paint('green', 'ok   ') : paint('red', 'WRONG')}  ${what.padEnd(14)} ${found}${remedy ? `: ${remedy}` : ''}`,
          )
          .join('\n'),
      )
      if (!ok)
        throw new Failure(
          `wrong: ${findings
            .filter((finding) => !finding.ok)
            .map(({ what }) => what)
            .join(', ')}`,
          exitCodes.failed,
          null,
        )
    })

async function examine(options: GlobalOptions): Promise<Finding[]> {
  const data = dataDirectory(options.data)
  const configuration = readConfiguration(data, options.config)
  const findings = [node(), await ffmpeg(), await folder('data folder', data)]
  if (isLeft(configuration)) {
    return [
      ...findings,
      ...configuration.left.map((problem) => ({
        what: 'configuration',
        ok: false,
        found: describeProblem(problem),
        remedy: 'correct it there',
      })),
    ]
  }
  const { file, segments } = configuration.right
  return [
    ...findings,
    { what: 'configuration', ok: true, found: file ?? 'none, the defaults hold' },
    await folder('segments', segments),
    ...(await locations(configuration.right)),
    ...(await database(options, data, configuration.right)),
  ]
}

function node(): Finding {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  // as package.json has it
  const ok = major >= 24 || (major === 22 && minor >= 13) || (major === 20 && minor >= 19)
  const remedy = 'install Node 20.19 or newer of 20, 22.13 or newer of 22, or 24 or newer'
  return { what: 'Node', ok, found: process.versions.node, ...(!ok && { remedy }) }
}

async function ffmpeg(): Promise<Finding> {
  const { ffmpeg, version, missing } = await inspectFfmpeg()
  if (missing.length === 0) return { what: 'ffmpeg', ok: true, found: `${version ?? ''} (${ffmpeg})` }
  return {
    what: 'ffmpeg',
    ok: false,
    found: `lacks ${missing.join(', ')}`,
    remedy: 'npm run setup installs one, or name another in FFMPEG_PATH and FFPROBE_PATH',
  }
}

const lowBytes = 2 * 2 ** 30

async function folder(what: string, path: string): Promise<Finding> {
  try {
    mkdirSync(path, { recursive: true })
    await access(path, constants.R_OK | constants.W_OK | constants.X_OK)
    const { bavail, bsize } = await statfs(path)
    const free = bavail * bsize
    const found = `${path}, ${(free / 2 ** 30).toFixed(1)} GiB free`
    return {
      what,
      ok: free > lowBytes,
      found,
      ...(free <= lowBytes && { remedy: 'make room: cuts and the database stop when the disk is full' }),
    }
  } catch (error) {
    return {
      what,
      ok: false,
      found: `${path} cannot be used (${(error as NodeJS.ErrnoException).code ?? String(error)})`,
      remedy: 'make it, or give this user the right to write there',
    }
  }
}

async function locations(configuration: Configuration): Promise<Finding[]> {
  const findings: Finding[] = []
  for (const { name, type, backend } of openLocations(configuration).values()) {
    const checked = await backend.check()
    findings.push({
      what: 'location',
      ok: !isLeft(checked),
      found: isLeft(checked) ? `${name}: ${checked.left.message}` : `${name} (${type})`,
    })
  }
  return findings
}

/** Whether there are enough for the nodes that run, as if all were configured like this one. */
async function connections(db: Db, webhooks: number): Promise<Finding> {
  const { rows } = await db.query<{ allowed: number }>(`select current_setting('max_connections')::integer as allowed`)
  const allowed = rows[0]?.allowed ?? 0
  const nodes = Math.max(1, (await listNodes(db)).filter(({ state }) => state === 'running').length)
  const needed = nodes * mostConnections(webhooks)
  const ok = allowed >= needed
  return {
    what: 'connections',
    ok,
    found: `${allowed} allowed; ${nodes === 1 ? 'a node opens' : `${nodes} nodes open`} ${needed} at the most`,
    ...(!ok && { remedy: 'raise max_connections in postgresql.conf' }),
  }
}

async function database(options: GlobalOptions, data: string, configuration: Configuration): Promise<Finding[]> {
  try {
    const opened = await reachDatabase({ console: openConsole(options.json === true), data, configuration })
    try {
      await migrate(opened.url)
      const db = connect({ url: opened.url, name: 'reelstate doctor' })
      try {
        // how long the others have been open cannot be told by looking once
        const held = (await openTransactions(db, 5_000)).filter(({ since }) => since !== null)
        return [
          { what: 'database', ok: true, found: `${opened.describe()} (${opened.kind})` },
          await connections(db, configuration.webhooks.length),
          ...held.map((open) => ({
            what: 'transaction',
            ok: false,
            found: describeOpen(open),
            remedy: remedyOf(open),
          })),
        ]
      } finally {
        await db.end()
      }
    } finally {
      await opened.close()
    }
  } catch (error) {
    return [{ what: 'database', ok: false, found: error instanceof Error ? error.message : String(error) }]
  }
}
