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

  it('has webhooks with their secrets beside the file, for all locations or for those that are named on either side', () => {
    const url = 'https://hooks.example.org/x'
    const configuration = {
      webhooks: {
        all: { url },
        some: { url, secret_file: 'some.secret', on: ['attention'], locations: ['elsewhere'] },
        named: { url },
        both: { url, locations: ['elsewhere', 'disk'] },
      },
      locations: {
        disk: { type: 'local', path: 'out', webhooks: ['named', 'both'] },
        tape: { type: 'local', path: 'out', webhooks: ['named', 'both'] },
        none: { type: 'local', path: 'out' },
      },
    }
    writeFileSync(join(folder, 'reelstate.json'), JSON.stringify(configuration))
    const read = readConfiguration(folder, undefined, {})
    assert.ok(isRight(read))
    const both = ['done', 'attention']
    assert.deepEqual(read.right.webhooks, [
      { name: 'all', url, secretFile: null, on: both, locations: null },
      { name: 'some', url, secretFile: join(folder, 'some.secret'), on: ['attention'], locations: ['elsewhere'] },
      { name: 'named', url, secretFile: null, on: both, locations: ['disk', 'tape'] },
      { name: 'both', url, secretFile: null, on: both, locations: ['elsewhere', 'disk', 'tape'] },
    ])
  })

  it('is refused where a webhook is wrong, and nothing of its address is repeated', () => {
    const url = 'https://hooks.example.org/x'
    const allowed = /https:\/\/ or http:\/\/, without user and password/
    const wrong: [unknown, string, RegExp][] = [
      [{ webhooks: { chat: {} } }, 'webhooks.chat.url', /a text that is not empty/],
      [{ webhooks: { chat: { url: 'hooks.example.org' } } }, 'webhooks.chat.url', allowed],
      [{ webhooks: { chat: { url: 'ftp://me:hunter2@example.org' } } }, 'webhooks.chat.url', allowed],
      [{ webhooks: { chat: { url: 'https://me:hunter2@example.org' } } }, 'webhooks.chat.url', allowed],
      [{ webhooks: { chat: { url: 'https://hunter2@example.org' } } }, 'webhooks.chat.url', allowed],
      [{ webhooks: { chat: { url, secret: 'hunter2' } } }, 'webhooks.chat.secret', /one of url, secret_file, on/],
      [{ webhooks: { chat: { url, on: [] } } }, 'webhooks.chat.on', /done, attention or both/],
      [{ webhooks: { chat: { url, on: ['failed'] } } }, 'webhooks.chat.on', /done, attention or both/],
      [{ webhooks: { chat: { url, locations: 'main' } } }, 'webhooks.chat.locations', /a list of texts/],
      [{ webhooks: { '../x': { url } } }, 'webhooks.../x', /a name of letters/],
      [
        { webhooks: { chat: { url } }, locations: { main: { type: 'local', path: 'x', webhooks: ['chat', 'chta'] } } },
        'locations.main.webhooks[1]',
        /one of the webhooks: chat/,
      ],
      [
        { locations: { main: { type: 'local', path: 'x', webhooks: ['chat'] } } },
        'locations.main.webhooks[0]',
        /there are none/,
      ],
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

  it('has what editors begin with, and what is put around what they write; nothing where it says nothing', () => {
    const editing = {
      ...{
        title_prefix: 'DB2026',
        description_footer: 'Donate!',
        bustime_start: '2026-01-31T15:00:00',
        channel: 'main',
      },
      ...{ archive_sheets: ['Archive'], category_notes: { Song: 'the lyrics' } },
    }
    writeFileSync(join(folder, 'reelstate.json'), JSON.stringify({ editing }))
    const read = readConfiguration(folder, undefined, {})
    assert.ok(isRight(read))
    assert.deepEqual(read.right.editing, {
      ...{ title_prefix: 'DB2026', description_footer: 'Donate!', bustimeStart: '2026-01-31T15:00:00.000Z' },
      ...{ channel: 'main', archiveSheets: ['Archive'], categoryNotes: { Song: 'the lyrics' } },
    })
    const wrong: [unknown, string][] = [
      [{ titel: 'x' }, 'editing.titel'],
      [{ title_prefix: 'x'.repeat(58) }, 'editing.title_prefix'],
      [{ title_prefix: '<3' }, 'editing.title_prefix'],
      [{ description_footer: 'ä'.repeat(1501) }, 'editing.description_footer'],
      [{ description_footer: '<3' }, 'editing.description_footer'],
      [{ bustime_start: 'noon' }, 'editing.bustime_start'],
      [{ channel: '../x' }, 'editing.channel'],
      [{ archive_sheets: 'Archive' }, 'editing.archive_sheets'],
      [{ category_notes: { Song: 7 } }, 'editing.category_notes.Song'],
    ]
    for (const [given, field] of wrong) {
      const decoded = decodeConfiguration({ editing: given })
      assert.ok(isLeft(decoded), JSON.stringify(given))
      assert.deepEqual(
        decoded.left.map((problem) => problem.field),
        [field],
      )
    }
  })

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

  it('says which file is no JSON, or is not there', () => {
    writeFileSync(join(folder, 'bad.json'), '{')
    for (const name of ['bad.json', 'missing.json']) {
      const read = readConfiguration(folder, join(folder, name), {})
      assert.ok(isLeft(read))
      assert.match(read.left[0]?.field ?? '', new RegExp(name))
    }
  })
})
