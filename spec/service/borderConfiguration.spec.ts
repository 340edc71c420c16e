import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isRight } from 'fp-ts/lib/Either.js'
import { readConfiguration } from '../../src/service/configuration.js'

describe('what a configuration says of those who ask', () => {
  let folder: string
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'reelstate-configuration-'))))
  afterEach(() => rmSync(folder, { recursive: true }))

  it('trusts Google where nobody else is named, and nobody where nothing is said', () => {
    const signInOf = (sign_in?: unknown) => {
      writeFileSync(join(folder, 'reelstate.json'), JSON.stringify({ sign_in }))
      const read = readConfiguration(folder, undefined, {})
      assert.ok(isRight(read))
      return read.right.signIn
    }
    const google = { issuer: 'https://accounts.google.com', audience: ['x'], keysUrl: null, readsAreClosed: false }
    assert.equal(signInOf(), null)
    assert.deepEqual(signInOf({ audience: 'x' }), google)
    assert.deepEqual(signInOf({ audience: ['x', 'y'], issuer: 'accounts.google.com', reads: 'closed' }), {
      ...{ ...google, audience: ['x', 'y'], readsAreClosed: true },
    })
    const issuer = 'https://id.example.org/realms/films'
    const other = signInOf({ audience: 'x', issuer, keys_url: 'http://127.0.0.1:1/keys' })
    assert.deepEqual(other, { ...google, issuer, keysUrl: 'http://127.0.0.1:1/keys' })
  })

  it('bears so much of whom, unless it says otherwise', () => {
    const httpOf = (http?: unknown) => {
      writeFileSync(join(folder, 'reelstate.json'), JSON.stringify({ http }))
      const read = readConfiguration(folder, undefined, {})
      assert.ok(isRight(read))
      return read.right.http
    }
    const usual = { corsOrigins: [], writesPerMinute: 1_200, requestMs: 60_000, idleMs: 120_000, proxies: [] }
    assert.deepEqual(httpOf(), usual)
    const [origin, proxy] = ['https://console.example.org', '10.0.0.0/8']
    const read = httpOf({
      ...{
        cors_origins: [origin],
        writes_per_minute: 9,
        request_seconds: 0.5,
        idle_seconds: 9,
        proxies: [proxy, '::1'],
      },
    })
    assert.deepEqual(read, {
      ...{ corsOrigins: [origin], writesPerMinute: 9, requestMs: 500, idleMs: 9_000, proxies: [proxy, '::1'] },
    })
  })
})
