// `npm run soak [-- --videos 200 --seed 1]`: what takes too long for `npm test`, as its own specs with larger numbers.
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'

const root = fileURLToPath(new URL('..', import.meta.url))
const { values } = parseArgs({
  options: {
    videos: { type: 'string', default: '200' },
    seed: { type: 'string', default: '1' },
    help: { type: 'boolean', default: false },
  },
})

if (values.help) {
  console.log(
    'Usage: npm run soak [-- --videos 200 --seed 1]\n\n  --videos N  published while a tenth of all calls fail',
  )
} else {
  const { status } = spawnSync(process.execPath, ['scripts/test.mjs', 'spec/service/node/faults.spec.ts'], {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, REELSTATE_FAULT_VIDEOS: values.videos, REELSTATE_SEED: values.seed },
  })
  process.exitCode = status ?? 1
}
