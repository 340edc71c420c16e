// `npm run console:build`: the operators' console as static files, in dist/console. `npm run build` makes it, too, and so does a node
// of a checkout that is asked for the console before it was built.
import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const source = join(root, 'src/console')
const dist = join(root, 'dist')

/** Says of which sources a build was made: another one is stale. */
const STAMP = 'sources.sha256'

/** @param {string} folder where the built console goes; what is there is replaced at once, so that nobody is served half of it. */
export async function buildConsole(folder = join(dist, 'console')) {
  const { build } = await import('vite')
  mkdirSync(dist, { recursive: true })
  const place = mkdtempSync(join(dist, '.console-'))
  const stamp = stampOfSources()
  try {
    await build({
      root: source,
      configFile: false,
      logLevel: 'warn',
      // the whole is one origin's: the paths of its pages have several depths
      base: '/',
      build: {
        outDir: join(place, 'new'),
        assetsDir: 'console',
        emptyOutDir: true,
        // small files stay files: the pages' rules let no script and no font come from a `data:` address
        assetsInlineLimit: 0,
        modulePreload: { polyfill: false },
        target: 'es2022',
        chunkSizeWarningLimit: 900,
        rolldownOptions: {
          // libraries that may be drawn by a server say which of their files are for browsers: all of ours is
          onLog: (level, log, tell) => log.code === 'MODULE_LEVEL_DIRECTIVE' || tell(level, log),
        },
      },
    })
    writeFileSync(join(place, 'new', STAMP), stamp)
    rename(folder, join(place, 'old'))
    if (!rename(join(place, 'new'), folder)) return // somebody else was faster, with the same
  } finally {
    rmSync(place, { recursive: true, force: true })
  }
}

/** Whether there is a build in `folder`, made of the sources as they are. */
export function isFresh(folder = join(dist, 'console')) {
  try {
    return readFileSync(join(folder, STAMP), 'utf8') === stampOfSources()
  } catch {
    return false
  }
}

function rename(from, to) {
  try {
    renameSync(from, to)
    return true
  } catch (error) {
    if (['ENOENT', 'ENOTEMPTY', 'EEXIST'].includes(error.code)) return false
    throw error
  }
}

function stampOfSources() {
  const hash = createHash('sha256')
  const names = readdirSync(source, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
  const shared = ['package-lock.json', 'scripts/console.mjs', 'src/http/console/paths.ts'].map((name) =>
    join(root, name),
  )
  for (const name of [...names.sort(), ...shared])
    hash.update(`${name.slice(root.length)}\n`).update(readFileSync(name))
  return hash.digest('hex')
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  if (!process.argv.includes('--if-stale') || !isFresh()) await buildConsole()
}
