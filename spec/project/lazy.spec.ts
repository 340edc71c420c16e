import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** Prints which of the library's files are loaded once the location is known, and once its store has been asked. */
const program = `
  import { createRequire } from 'node:module'
  import { openLocations } from './src/service/locations.ts'
  const { cache } = createRequire(import.meta.url)
  const loaded = () => Object.keys(cache).filter((path) => path.includes('@aws-sdk')).length
  const bucket = { type: 's3', bucket: 'videos', endpoint: 'http://127.0.0.1:1', credentials: '/nowhere' }
  const location = openLocations({ locations: { main: bucket }, accounts: {} }).get('main')
  const before = loaded()
  await location.backend.check()
  console.log(JSON.stringify({ before, after: loaded() }))
`

describe('the library for S3 stores', function () {
  this.timeout(60_000)

  it('is loaded when a store is asked, not before: it takes a third of a second', async () => {
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ['--import', 'tsx', '--input-type=module', '--eval', program],
      { cwd: root },
    )
    const { before, after } = JSON.parse(stdout) as { before: number; after: number }
    assert.equal(before, 0)
    assert.ok(after > 0)
  })
})
