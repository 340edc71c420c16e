import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isRight } from 'fp-ts/lib/Either.js'
import { readConfiguration } from '../../src/service/configuration.js'

describe('what a configuration says of footage', () => {
  let folder: string
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'reelstate-configuration-'))))
  afterEach(() => rmSync(folder, { recursive: true }))

  it('looks at what it has every five minutes, as often as is said, or not at all', () => {
    const coverageOf = (coverage?: unknown) => {
      writeFileSync(join(folder, 'reelstate.json'), JSON.stringify({ coverage }))
      const read = readConfiguration(folder, undefined, {})
      assert.ok(isRight(read))
      return read.right.coverage
    }
    assert.deepEqual([coverageOf(), coverageOf({})], [{ everySeconds: 300 }, { everySeconds: 300 }])
    assert.deepEqual([coverageOf({ every_seconds: 60 }), coverageOf(false)], [{ everySeconds: 60 }, null])
  })

  it('fetches what is missing within bounds, each of which can be set, or nothing', () => {
    const fetchOf = (fetch?: unknown) => {
      writeFileSync(join(folder, 'reelstate.json'), JSON.stringify({ fetch }))
      const read = readConfiguration(folder, undefined, {})
      assert.ok(isRight(read))
      return read.right.fetch
    }
    const usual = fetchOf()
    assert.deepEqual(fetchOf({}), usual)
    assert.ok(usual !== null && Object.values(usual).every((bound) => bound !== undefined))
    assert.equal(fetchOf(false), null)
    const url = 'https://restreamer.example.org'
    assert.deepEqual(
      fetchOf({
        ...{ seconds: 5, mebibytes_per_second: 1.5, keep_free_gibibytes: 0, segment_mebibytes: 2, at_once: 1 },
        ...{ peers: [url], key_file: 'nodes.key' },
      }),
      {
        ...{ seconds: 5, bytesPerSecond: 1_572_864, keepFreeBytes: 0, segmentBytes: 2_097_152, atOnce: 1 },
        ...{ peers: [{ name: url, url }], keyFile: join(folder, 'nodes.key') },
      },
    )
  })
})
