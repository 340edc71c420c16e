import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isLeft, isRight } from 'fp-ts/lib/Either.js'
import { decodeConfiguration, readConfiguration } from '../../src/service/configuration.js'

describe('the configuration', () => {
  let folder: string
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'reelstate-configuration-'))))
  afterEach(() => rmSync(folder, { recursive: true }))

  it('has one location in the data folder where there is no file', () => {
    const read = readConfiguration(folder, undefined, {})
    assert.ok(isRight(read))
    assert.deepEqual(read.right.locations, { local: { type: 'local', path: join(folder, 'videos') } })
    assert.equal(read.right.segments, join(folder, 'segments'))
  })

  it('takes the file that is named, else the one of the environment, else the one in the data folder', () => {
    for (const name of ['option', 'environment', 'reelstate'])
      writeFileSync(join(folder, `${name}.json`), JSON.stringify({ node: name }))
    const environment = { REELSTATE_CONFIG: join(folder, 'environment.json') }
    const node = (...args: Parameters<typeof readConfiguration>) => {
      const read = readConfiguration(...args)
      return isRight(read) && read.right.node
    }
    assert.equal(node(folder, join(folder, 'option.json'), environment), 'option')
    assert.equal(node(folder, undefined, environment), 'environment')
    assert.equal(node(folder, undefined, {}), 'reelstate')
  })

  it('reads paths as relative to the file', () => {
    writeFileSync(
      join(folder, 'reelstate.json'),
      JSON.stringify({
        segments: 's',
        locations: { disk: { type: 'local', path: 'out' }, shelf: { type: 'archive', path: 'kept' } },
      }),
    )
    const read = readConfiguration(folder, undefined, {})
    assert.ok(isRight(read))
    assert.equal(read.right.segments, join(folder, 's'))
    assert.deepEqual(read.right.locations['disk'], { type: 'local', path: join(folder, 'out') })
    assert.deepEqual(read.right.locations['shelf'], { type: 'archive', path: join(folder, 'kept') })
  })

  it('is refused by the path of each field that is wrong, with what was found and what is allowed', () => {
    const cases: [unknown, string, RegExp][] = [
      [{ locations: { main: { type: 'local' } } }, 'locations.main.path', /a text that is not empty/],
      [
        { locations: { main: { type: 'ftp', path: 'x' } } },
        'locations.main.type',
        /^local, archive, youtube, youtube-manual, manual, s3$/,
      ],
      [{ locations: { main: { type: 'youtube', account: 'nobody' } } }, 'locations.main.account', /there are none/],
      [
        {
          locations: { main: { type: 'youtube', account: 'a', path: 'x' } },
          accounts: { a: { type: 'youtube', credentials: 'c' } },
        },
        'locations.main.path',
        /one of type, account/,
      ],
      [{ locations: { main: { type: 'archive' } } }, 'locations.main.path', /a text that is not empty/],
      [{ locations: { main: { type: 'archive', path: 'x', cut: 'fast' } } }, 'locations.main.cut', /one of type, path/],
      [
        { locations: { main: { type: 'local', path: 'x', write_json: 1 } } },
        'locations.main.write_json',
        /true or false/,
      ],
      [{ locations: { main: { type: 'manual', path: 'x' } } }, 'locations.main.path', /^one of type, webhooks$/],
      [{ locations: { main: { type: 'manual', attempts: 2 } } }, 'locations.main.attempts', /^one of type, webhooks$/],
      [{ locations: { main: { type: 'youtube-manual' } } }, 'locations.main.account', /a name of letters/],
      [
        { locations: { main: { type: 'youtube-manual', account: 'nobody' } } },
        'locations.main.account',
        /there are none/,
      ],
      [{ accounts: { a: { type: 'youtube' } } }, 'accounts.a.credentials', /a text that is not empty/],
      [
        { accounts: { a: { type: 'youtube', credentials: 'x', secret: 'y' } } },
        'accounts.a.secret',
        /one of type, credentials/,
      ],
      [{ locations: { main: { type: 'local', path: 'x', cut: 'fine' } } }, 'locations.main.cut', /fast, full, rough/],
      [{ locations: { main: { type: 'local', path: 'x', container: 'mp4' } } }, 'locations.main.container', /cut full/],
      [
        { locations: { main: { type: 'local', path: 'x', attempts: 0 } } },
        'locations.main.attempts',
        /a whole number of 1 or more/,
      ],
      [{ locations: { main: { type: 'local', path: 'x', pth: 'y' } } }, 'locations.main.pth', /one of type, path/],
      [{ locations: { '../x': { type: 'local', path: 'x' } } }, 'locations.../x', /a name of letters/],
      [{ grace_seconds: -1 }, 'grace_seconds', /a number above 0/],
      [{ url: 'node-a:8080' }, 'url', /begins with https:\/\/ or http:\/\/, without user and password/],
      [{ fetch: true }, 'fetch', /^false, or an object of bounds and peers$/],
      [{ fetch: { seconds: 0 } }, 'fetch.seconds', /a number above 0/],
      [{ fetch: { mebibytes_per_second: '25' } }, 'fetch.mebibytes_per_second', /a number above 0/],
      [{ fetch: { keep_free_gibibytes: -1 } }, 'fetch.keep_free_gibibytes', /a number of 0 or more/],
      [{ fetch: { at_once: 1.5 } }, 'fetch.at_once', /a whole number from 1 to 64/],
      [{ fetch: { peers: 'http://x' } }, 'fetch.peers', /a list of texts/],
      [{ fetch: { peers: ['http://x', 'http://me:hunter2@x'] } }, 'fetch.peers[1]', /without user and password/],
      [{ coverage: true }, 'coverage', /^false, or an object with every_seconds$/],
      [{ coverage: { every_seconds: 0 } }, 'coverage.every_seconds', /a number of 1 or more/],
      [{ coverage: { seconds: 60 } }, 'coverage.seconds', /one of every_seconds/],
      [{ fetch: { key_file: '' } }, 'fetch.key_file', /a text that is not empty/],
      [{ sign_in: {} }, 'sign_in.audience', /client id/],
      [{ sign_in: { audience: [] } }, 'sign_in.audience', /client id/],
      [{ sign_in: { audience: 'x', issuer: 'http://x.example' } }, 'sign_in.issuer', /begins with https/],
      [
        { sign_in: { audience: 'x', keys_url: 'https://me:hunter2@x' } },
        'sign_in.keys_url',
        /without user and password/,
      ],
      [{ sign_in: { audience: 'x', reads: 'no' } }, 'sign_in.reads', /^open or closed$/],
      [{ sign_in: { audience: 'x', client: 'y' } }, 'sign_in.client', /one of audience, issuer/],
      [{ http: { cors_origins: ['*'] } }, 'http.cors_origins[0]', /an origin such as/],
      [{ http: { cors_origins: ['https://x/y'] } }, 'http.cors_origins[0]', /without a path/],
      [{ http: { writes_per_minute: 0 } }, 'http.writes_per_minute', /a whole number from 1/],
      [{ http: { request_seconds: 0 } }, 'http.request_seconds', /a number above 0/],
      [{ http: { idle_seconds: 1e9 } }, 'http.idle_seconds', /at most 86400/],
      [{ http: { proxies: ['10.0.0.1', '10.0.0.0/33'] } }, 'http.proxies[1]', /an address such as/],
      [{ http: { ffmpegs_at_once: 0 } }, 'http.ffmpegs_at_once', /a whole number from 1/],
      [{ http: { ffmpegs_per_client: 1.5 } }, 'http.ffmpegs_per_client', /a whole number from 1/],
      [{ http: { ffmpeg_wait_seconds: -1 } }, 'http.ffmpeg_wait_seconds', /0 or more/],
      [{ http: { ffmpeg_wait_seconds: 3601 } }, 'http.ffmpeg_wait_seconds', /at most 3600/],
      [{ http: { listeners: '9' } }, 'http.listeners', /a whole number from 1/],
      [{ http: { origins: [] } }, 'http.origins', /one of cors_origins/],
      [{ fetch: { peer: [] } }, 'fetch.peer', /one of seconds, mebibytes_per_second/],
      [{ location: {} }, 'location', /one of node, segments/],
      [[], 'the whole', /JSON object/],
      [null, 'the whole', /JSON object/],
    ]
    for (const [given, field, allowed] of cases) {
      const decoded = decodeConfiguration(given)
      assert.ok(isLeft(decoded), JSON.stringify(given))
      assert.deepEqual(
        decoded.left.map((problem) => problem.field),
        [field],
        JSON.stringify(decoded.left),
      )
      assert.match(decoded.left[0]?.allowed ?? '', allowed)
    }
  })

  it('says which file is no JSON, or is not there', () => {
    writeFileSync(join(folder, 'bad.json'), '{')
    for (const name of ['bad.json', 'missing.json']) {
      const read = readConfiguration(folder, join(folder, name), {})
      assert.ok(isLeft(read))
      assert.match(read.left[0]?.field ?? '', new RegExp(name))
    }
  })
})
