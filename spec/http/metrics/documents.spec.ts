import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { metricsTable } from './table.js'

describe('the table of metrics in docs/operations.md', () => {
  it('has every metric that a node shows, with what it means', async () => {
    const text = await readFile(new URL('../../../docs/operations.md', import.meta.url), 'utf8')
    const rows = text
      .split('\n')
      .filter((line) => /^\| `(reelstate_|videos_|upload_errors|no_candidates)/.test(line))
      .map((line) => line.replace(/ +\|/g, ' |'))
    assert.deepEqual(rows.sort(), (await metricsTable()).sort())
  })
})
