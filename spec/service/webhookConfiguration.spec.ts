import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isLeft, isRight } from 'fp-ts/lib/Either.js'
import { decodeConfiguration, readConfiguration } from '../../src/service/configuration.js'

describe('what a configuration says of webhooks', () => {
  let folder: string
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'reelstate-configuration-'))))
  afterEach(() => rmSync(folder, { recursive: true }))

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
})
