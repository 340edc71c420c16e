// `npm run build`: dist/ becomes a compiled mirror of src/, machines/ and migrations/ that runs without TypeScript.
import { spawnSync } from 'node:child_process'
import { cpSync, lstatSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const dist = join(root, 'dist')

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
      filter: (path) => lstatSync(path).isDirectory() || !path.endsWith('.ts'),
    })
  }
}
process.exitCode = compiled.status ?? 1
