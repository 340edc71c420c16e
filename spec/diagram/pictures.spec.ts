import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { charts } from '../../src/diagram/graph.js'
import { drawAll, drawnBefore, stampOf } from '../../src/diagram/pictures.js'

describe('the pictures that a build has drawn', function () {
  this.timeout(120_000)

  it('are shown if they are of the same charts and the same sources, and otherwise not', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'reelstate-pictures-'))
    try {
      const file = pathToFileURL(join(folder, 'pictures.json'))
      assert.equal(await drawnBefore(file), null)
      const drawn = await drawAll(stampOf(new URL('../../src/diagram/', import.meta.url)))
      await writeFile(file, JSON.stringify(drawn))
      const found = await drawnBefore(file)
      assert.deepEqual(found, JSON.parse(JSON.stringify(drawn)))
      for (const [name, read] of Object.entries(charts))
        assert.deepEqual(
          found?.board[name as keyof typeof charts].boxes.map(({ id }) => id),
          read().states.flatMap(({ id, parent }) => (parent === null ? [id] : [])),
        )
      await writeFile(file, JSON.stringify({ ...drawn, key: 'of another chart' }))
      assert.equal(await drawnBefore(file), null)
      await writeFile(file, JSON.stringify({ ...drawn, sources: 'laid out otherwise' }))
      assert.equal(await drawnBefore(file), null)
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  })
})
