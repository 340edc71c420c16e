import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isLeft, isRight } from 'fp-ts/lib/Either.js'
import { decodeConfiguration, readConfiguration } from '../../src/service/configuration.js'

describe('what a configuration says of watching the node', () => {
  let folder: string
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'reelstate-configuration-'))))
  afterEach(() => rmSync(folder, { recursive: true }))

  it('says when the node is ready, where traces go, and how it speaks', () => {
    const written = (configuration: object, env: NodeJS.ProcessEnv = {}) => {
      writeFileSync(join(folder, 'reelstate.json'), JSON.stringify(configuration))
      const read = readConfiguration(folder, undefined, env)
      assert.ok(isRight(read))
      const { ready, traces, log } = read.right
      return [ready.minFreeBytes, traces, log]
    }
    assert.deepEqual(written({}), [2 ** 30, null, null])
    const endpoint = 'http://collector.example.org:4318'
    const given = { ready: { min_free_gibibytes: 0.5 }, traces: { endpoint }, log: 'json' }
    assert.deepEqual(written(given), [2 ** 29, `${endpoint}/v1/traces`, 'json'])
    const env = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://elsewhere.example.org/otlp/' }
    assert.deepEqual(written({}, env)[1], 'http://elsewhere.example.org/otlp/v1/traces')
    assert.deepEqual(written(given, env)[1], `${endpoint}/v1/traces`)
    const whole = { ...env, OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://elsewhere.example.org/spans' }
    assert.deepEqual(written({}, whole)[1], 'http://elsewhere.example.org/spans')
  })

  it('is refused where any of that is wrong', () => {
    const wrong: [unknown, string, RegExp][] = [
      [{ ready: { min_free_gibibytes: -1 } }, 'ready.min_free_gibibytes', /0 or more/],
      [{ ready: { min_free_gibibyte: 1 } }, 'ready.min_free_gibibyte', /one of min_free_gibibytes/],
      [{ ready: 5 }, 'ready', /an object of bounds/],
      [{ traces: {} }, 'traces.endpoint', /a text that is not empty/],
      [{ traces: { endpoint: 'http://me:hunter2@example.org' } }, 'traces.endpoint', /without user and password/],
      [{ traces: { endpoint: 'collector:4318' } }, 'traces.endpoint', /https:\/\/ or http:\/\//],
      [{ traces: { endpoint: 'http://x', headers: {} } }, 'traces.headers', /one of endpoint/],
      [{ log: 'yaml' }, 'log', /text or json/],
    ]
    for (const [given, field, allowed] of wrong) {
      const decoded = decodeConfiguration(given)
      assert.ok(isLeft(decoded), JSON.stringify(given))
      assert.deepEqual(
        decoded.left.map((problem) => problem.field),
        [field],
      )
      assert.match(decoded.left[0]?.allowed ?? '', allowed)
      assert.doesNotMatch(JSON.stringify(decoded.left), /hunter2/)
    }
  })
})
