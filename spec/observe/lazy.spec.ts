import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** Prints how many of OpenTelemetry's files are loaded with the command that may need them, and once somebody wants traces. */
const program = `
  import { createRequire } from 'node:module'
  import './src/cli/serve.ts'
  import { openExporting } from './src/observe/traces/exporting.ts'
  const { cache } = createRequire(import.meta.url)
  const loaded = () => Object.keys(cache).filter((path) => /@opentelemetry.(sdk|exporter)/.test(path)).length
  const before = loaded()
  const exporting = await openExporting({ endpoint: 'http://127.0.0.1:1/v1/traces', node: 'spec', version: '0' })
  console.log(JSON.stringify({ before, after: loaded() }))
  await exporting.close()
`

describe('OpenTelemetry', function () {
  this.timeout(60_000)

  it('is loaded where traces are configured, and nowhere else', async () => {
    const args = ['--import', 'tsx', '--input-type=module', '--eval', program]
    const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: root })
    const { before, after } = JSON.parse(stdout) as { before: number; after: number }
    assert.equal(before, 0)
    assert.ok(after > 0)
  })
})
