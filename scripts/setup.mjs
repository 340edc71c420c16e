// Gets this checkout ready to run: `npm run setup`, and the first thing that `npm run demo` and `npm test` do.
// Needs nothing but Node. Everything it has to say goes to stderr, so that stdout stays free for `--json`.
// Only old syntax here: a Node that is too old must still get as far as saying so.
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { satisfies } from './setup/node-version.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))
const wanted = JSON.parse(readFileSync(root + 'package.json', 'utf8')).engines.node

if (satisfies(process.versions.node, wanted)) {
  import('./setup/prepare.mjs')
    .then((setup) => setup.prepare(root, { forTests: process.argv.includes('--test') }))
    .then((ready) => {
      process.exitCode = ready ? 0 : 1
    })
} else {
  process.stderr.write(
    'setup: Reelstate needs Node ' + wanted + ', this is ' + process.version + ': install a newer one.\n',
  )
  process.exitCode = 1
}
