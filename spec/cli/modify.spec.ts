import assert from 'node:assert/strict'
import { json, lines } from './program.js'
import { created, serving, type Serving, type Workplace, workplace } from './workplace.js'

describe('reelstate modify and orphans', function () {
  this.timeout(60_000)
  let place: Workplace
  let node: Serving
  let id: string
  before(async () => {
    place = await workplace()
    node = await serving(place)
    id = await created(place)
  })
  after(async () => {
    await node?.stop()
    await place?.remove()
  })

  it('change nothing, and say why, of what is not published', async () => {
    const modified = await place.run(['modify', id, '--title', 'Another', '--json'])
    assert.equal(modified.code, 3)
    const { state, possible } = json<{ state: string; possible: string[] }>(modified)
    assert.equal(state, 'UNEDITED')
    assert.ok(!possible.includes('Modified'))
    assert.equal((await place.run(['modify', 'nobody', '--title', 'Another'])).code, 4)
    assert.equal((await place.run(['modify', id, '--drop'])).code, 3)
  })

  it('refuse contradictions and wrong values by the names of their options or fields', async () => {
    for (const [args, said] of [
      [['--public', '--unlisted'], /--public and --unlisted: only one of them/],
      [['--drop', '--title', 'Another'], /--drop: nothing else/],
      [[], /nothing to change.*video_title/],
      [['--title', 'x'.repeat(101)], /video_title.*101 characters.*at most 100/],
      [['--file', await place.file('wrong.json', { video_ranges: [] })], /video_ranges/],
      [['--file', await place.file('list.json', [])], /a JSON object/],
    ] as const) {
      const outcome = await place.run(['modify', id, ...args])
      assert.equal(outcome.code, 2, outcome.stderr)
      assert.match(lines(outcome.stderr).join(' '), said)
    }
  })

  it('list orphans, and know of none where there is none', async () => {
    const listed = await place.run(['orphans', 'list', '--json'])
    assert.deepEqual(json(listed), [])
    const dismissed = await place.run(['orphans', 'dismiss', id, 'dQw4w9WgXcQ'])
    assert.equal(dismissed.code, 4)
    assert.match(dismissed.stderr, /no orphan dQw4w9WgXcQ: it has none/)
  })
})
