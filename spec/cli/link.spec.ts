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

  it('makes a video DONE; refuses on one line what is no link, and a video that a node may cut', async () => {
    const [id = '', edited = ''] = await each(['1', '2'], () => created(place))
    const accepted = await place.run(['edit', edited, '--file', '-'], { input: JSON.stringify(goodEdit) })
    assert.equal(accepted.code, 0, accepted.stderr)
    const youtube = ['--location', 'tube']
    const cases: [args: string[], code: number, says: RegExp][] = [
      [
        [id, 'https://example.org', ...youtube],
        2,
        /^reelstate: link: found "https:\/\/example\.org"; allowed is https:\/\/youtu\.be\/ID or https:\/\/youtube\.com\/watch\?v=ID/,
      ],
      [[edited, 'https://example.org'], 3, /is EDITED: ManualLinked is not possible, for its edit goes elsewhere/],
    ]
    const outcomes = await each(cases, ([args]) => place.run(['link', ...args]))
    for (const [i, [args, code, says]] of cases.entries()) {
      assert.equal(outcomes[i]?.code, code, `${args.join(' ')}: ${outcomes[i]?.stderr}`)
      assert.equal(outcomes[i]?.stdout, '')
      assert.equal(lines(outcomes[i]?.stderr ?? '').length, 1)
      assert.match(outcomes[i]?.stderr ?? '', says)
    }
    const linked = await place.run(['link', id, 'https://youtu.be/dQw4w9WgXcQ', ...youtube, '--json'])
    assert.deepEqual(json(linked), { id, version: 2, event: 'ManualLinked', state: 'DONE' })
    const { stdout } = await place.run(['show', id])
    assert.match(stdout, /^video_id +dQw4w9WgXcQ$/m)
    assert.match(stdout, /^video_link +https:\/\/youtu\.be\/dQw4w9WgXcQ$/m)
    assert.match(stdout, /^upload_location +tube$/m)
  })
})
