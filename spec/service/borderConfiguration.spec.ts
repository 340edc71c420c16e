import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isRight } from 'fp-ts/lib/Either.js'
import { ffmpegLimits } from '../../src/http/ffmpegTurns.js'
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
    const { care, ffmpeg, listeners } = httpOf()
    assert.deepEqual(care, {
      ...{ corsOrigins: [], writesPerMinute: 1_200, requestMs: 60_000, idleMs: 120_000, proxies: [] },
    })
    assert.deepEqual([ffmpeg, listeners], [ffmpegLimits, 2_000])
    const [origin, proxy] = ['https://console.example.org', '10.0.0.0/8']
    const read = httpOf({
      ...{ cors_origins: [origin], writes_per_minute: 9, request_seconds: 0.5, idle_seconds: 9 },
      ...{ proxies: [proxy, '::1'], listeners: 3 },
      ...{ ffmpegs_at_once: 9, ffmpegs_per_client: 7, ffmpeg_wait_seconds: 0 },
    })
    assert.deepEqual(read, {
      care: { corsOrigins: [origin], writesPerMinute: 9, requestMs: 500, idleMs: 9_000, proxies: [proxy, '::1'] },
      ...{ ffmpeg: { inAll: 9, perClient: 7, patienceSeconds: 0 }, listeners: 3 },
    })
  })

  it('lets one client have no more of the ffmpegs than there are', () => {
    const of = (http: object) => {
      writeFileSync(join(folder, 'reelstate.json'), JSON.stringify({ http }))
      const read = readConfiguration(folder, undefined, {})
      return isRight(read) ? [read.right.http.ffmpeg.inAll, read.right.http.ffmpeg.perClient] : read.left
    }
    assert.deepEqual(of({ ffmpegs_at_once: 2 }), [2, 2])
    assert.deepEqual(of({ ffmpegs_per_client: 5_000 }), [5_000, 5_000])
    assert.deepEqual(of({ ffmpegs_at_once: 2, ffmpegs_per_client: 3 }), [
      { field: 'http.ffmpegs_per_client', found: '3', allowed: 'at most ffmpegs_at_once, which is 2' },
    ])
  })
})
