import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isLeft, isRight } from 'fp-ts/lib/Either.js'
import { decodeConfiguration, readConfiguration } from '../../src/service/configuration.js'

describe('what a configuration says of buckets', () => {
  let folder: string
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'reelstate-configuration-'))))
  afterEach(() => rmSync(folder, { recursive: true }))

  it('has the keys of a bucket beside the file', () => {
    const bucket = { type: 's3', bucket: 'videos' }
    const locations = { named: { ...bucket, credentials: 'keys.json' }, unnamed: bucket }
    writeFileSync(join(folder, 'reelstate.json'), JSON.stringify({ locations }))
    const read = readConfiguration(folder, undefined, {})
    assert.ok(isRight(read))
    assert.deepEqual(read.right.locations, {
      named: { ...bucket, credentials: join(folder, 'keys.json') },
      unnamed: bucket,
    })
  })

  it('is refused where a bucket is wrong, and nothing of its address is repeated', () => {
    const bucket = { type: 's3', bucket: 'videos' }
    const address = /https:\/\/ or http:\/\/, without user and password/
    const wrong: [object, string, RegExp][] = [
      [{ type: 's3' }, 'bucket', /a text that is not empty/],
      [{ ...bucket, endpoint: 'store.example.org' }, 'endpoint', address],
      [{ ...bucket, endpoint: 'https://me:hunter2@store.example.org' }, 'endpoint', address],
      [{ ...bucket, region: '' }, 'region', /a text that is not empty/],
      [{ ...bucket, prefix: '/videos/' }, 'prefix', /does not begin with '\/'/],
      [{ ...bucket, path_style: 'yes' }, 'path_style', /true or false/],
      [{ ...bucket, part_mebibytes: 4 }, 'part_mebibytes', /a whole number from 5 to 1024/],
      [{ ...bucket, part_mebibytes: 5.5 }, 'part_mebibytes', /a whole number from 5 to 1024/],
      [{ ...bucket, credentials: { secret_access_key: 5 } }, 'credentials', /a text that is not empty/],
      [{ ...bucket, container: 'mp4' }, 'container', /cut full/],
      [{ ...bucket, path: 'x' }, 'path', /one of type, bucket, endpoint/],
    ]
    for (const [main, field, allowed] of wrong) {
      const decoded = decodeConfiguration({ locations: { main } })
      assert.ok(isLeft(decoded), field)
      assert.deepEqual(
        decoded.left.map((problem) => problem.field),
        [`locations.main.${field}`],
      )
      assert.match(decoded.left[0]?.allowed ?? '', allowed)
      assert.doesNotMatch(JSON.stringify(decoded.left), /hunter2/)
    }
  })
})
