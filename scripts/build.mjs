// `npm run build`: dist/ becomes a compiled mirror of src/, machines/ and migrations/ that runs without TypeScript, with the
// console's pages beside it.
import { spawnSync } from 'node:child_process'
import { cpSync, lstatSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { buildConsole } from './console.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))
const dist = join(root, 'dist')
const ofConsole = join(root, 'src/console')

rmSync(dist, { recursive: true, force: true })
const compiled = spawnSync(process.execPath, ['node_modules/typescript7/bin/tsc', '-p', 'tsconfig.build.json'], {
  cwd: root,
  stdio: 'inherit',
})
if (compiled.status === 0) {
  // What is read at run time (SQL, pages, the launcher) is found relative to the code: it goes to the same places
  for (const part of ['src', 'machines', 'migrations', 'package.json']) {
    cpSync(join(root, part), join(dist, part), {
      recursive: true,
      filter: (path) => path !== ofConsole && (lstatSync(path).isDirectory() || !path.endsWith('.ts')),
    })
  }
  // laying the charts out takes seconds: a node has better things to do when it is first looked at
  const { drawAll, picturesFile, stampOf } = await import(pathToFileURL(join(dist, 'src/diagram/pictures.js')).href)
  const sources = stampOf(pathToFileURL(join(root, 'src/diagram/')))
  writeFileSync(join(dist, 'src/diagram', picturesFile), JSON.stringify(await drawAll(sources)))
  await buildConsole()
}
process.exitCode = compiled.status ?? 1
