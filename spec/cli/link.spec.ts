import assert from 'node:assert/strict'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { each, json, lines } from './program.js'
import { created, goodEdit, serving, type Serving, type Workplace, workplace } from './workplace.js'

describe('reelstate link', function () {
  this.timeout(120_000)
  let place: Workplace
  let node: Serving

  before(async () => {
    place = await workplace()
    await mkdir(place.data)
    const configuration = {
      accounts: { main: { type: 'youtube', credentials: 'none.json' } },
      locations: {
        local: { type: 'local', path: 'videos' },
        tube: { type: 'youtube-manual', account: 'main' },
      },
    }
    await writeFile(join(place.data, 'reelstate.json'), JSON.stringify(configuration))
    node = await serving(place)
  })
  after(async () => {
    await node?.stop()
    await place?.remove()
  })

  it('makes a video DONE, and says so', async () => {
    const ids = await each(['1', '2'], () => created(place))
    const [plain, machine] = await each(
      [
        [ids[0], 'https://example.org/raffle'],
        [ids[1], 'https://youtu.be/dQw4w9WgXcQ', '--location', 'tube', '--json'],
      ],
      (args) => place.run(['link', ...args.map((arg) => arg ?? '')]),
    )
    assert.deepEqual(
      [plain?.code, plain?.stdout, plain?.stderr],
      [0, `${ids[0]} is DONE (event 2: ManualLinked)\n`, ''],
    )
    assert.deepEqual(json(machine ?? assert.fail()), {
      id: ids[1],
      version: 2,
      event: 'ManualLinked',
      state: 'DONE',
    })
    const shown = json<Record<string, unknown>>(await place.run(['show', ids[1] ?? '', '--json']))
    assert.deepEqual(
      [shown['video_id'], shown['video_link'], shown['upload_location']],
      ['dQw4w9WgXcQ', 'https://youtu.be/dQw4w9WgXcQ', 'tube'],
    )
  })

  it('refuses on one line what is no link, no manual location, or a video in the wrong state', async () => {
    const id = await created(place)
    const edited = await created(place)
    const accepted = await place.run(['edit', edited, '--file', '-'], { input: JSON.stringify(goodEdit) })
    assert.equal(accepted.code, 0, accepted.stderr)
    const cases: [args: string[], code: number, says: RegExp][] = [
      [[id, 'example.org'], 2, /^reelstate: link: found "example\.org"; allowed is a link that begins with http/],
      [
        [id, 'https://example.org', '--location', 'local'],
        2,
        /upload_location: found "local"; allowed is a location of the type manual or youtube-manual: manual, tube/,
      ],
      [[edited, 'https://example.org'], 3, /is EDITED: ManualLinked is not possible, for its edit goes elsewhere/],
      [['nobody', 'https://example.org'], 4, /there is no video nobody/],
    ]
    const outcomes = await each(cases, ([args]) => place.run(['link', ...args]))
    for (const [i, [args, code, says]] of cases.entries()) {
      assert.equal(outcomes[i]?.code, code, `${args.join(' ')}: ${outcomes[i]?.stderr}`)
      assert.equal(outcomes[i]?.stdout, '')
      assert.equal(lines(outcomes[i]?.stderr ?? '').length, 1)
      assert.match(outcomes[i]?.stderr ?? '', says)
    }
  })
})
