import assert from 'node:assert/strict'
import { rowsOfCsv } from '../../src/cli/importCsv.js'
import { each, json, lines } from './program.js'
import { serving, type Serving, type Workplace, workplace } from './workplace.js'

interface Row {
  readonly row: number
  readonly key: string | null
  readonly id: string | null
  readonly outcome: string
  readonly why: string | null
}

const sheet = `key,id,description,event_start,tags,poster_moment,notes
1,raffle-1,"The raffle, part 1",2026-01-31 18:00:00,"Day 1, Raffle",TRUE,"two
lines"
2,,A song,2026-01-31T19:00:00Z,,,
3,,Wrong,noon,,,
`

describe('reelstate import and playlist', function () {
  this.timeout(120_000)
  let place: Workplace
  let node: Serving
  before(async () => {
    place = await workplace()
    node = await serving(place)
  })
  after(async () => {
    await node?.stop()
    await place?.remove()
  })

  it('says in a dry run what would become of each row; enters those that are right; changes nothing the second time', async () => {
    const file = await place.file('sheet.csv', sheet)
    const run = (...more: string[]) => place.run(['import', file, '--source', 'sheet', '--json', ...more])
    const outcomes = async (...more: string[]) => {
      const outcome = await run(...more)
      assert.equal(outcome.code, 2, outcome.stderr)
      return json<Row[]>(outcome).map(({ row, key, outcome: became }) => [row, key, became])
    }
    const first = [
      [1, '1', 'created'],
      [2, '2', 'created'],
      [3, '3', 'refused'],
    ]
    assert.deepEqual(await outcomes('--dry-run'), first)
    assert.equal((await place.run(['show', 'raffle-1'])).code, 4)
    assert.deepEqual(await outcomes(), first)
    assert.deepEqual(await outcomes(), [
      [1, '1', 'unchanged'],
      [2, '2', 'unchanged'],
      [3, '3', 'refused'],
    ])
    const row = json<Record<string, unknown>>(await place.run(['show', 'raffle-1', '--json']))
    assert.deepEqual(
      [row['description'], row['notes'], row['tags'], row['poster_moment'], row['external_id']],
      ['The raffle, part 1', 'two\nlines', ['Day 1', 'Raffle'], true, 'sheet/1'],
    )
    const changed = await place.file('sheet.json', [
      { key: '1', notes: 'one line' },
      { id: 'new-1', description: 'New' },
    ])
    const told = await place.run(['import', changed, '--source', 'sheet'])
    assert.equal(told.code, 0, told.stderr)
    assert.match(told.stdout, /raffle-1 +changed +notes/)
    assert.match(told.stdout, /1 created, 1 changed, 0 unchanged, 0 refused/)
  })

  it('refuses on one line a file that is none of these', async () => {
    const files = await each(
      [
        ['a.txt', 'x'],
        ['a.csv', 'key,titel\n1,x'],
        ['b.csv', 'notes\nx'],
        ['c.csv', 'key,notes\n1,"x'],
        ['d.json', '{}'],
        ['e.json', '['],
      ] as [string, string][],
      ([name, text]) => place.file(name, text),
    )
    const outcomes = await each([...files, '/nowhere.csv'], (file) => place.run(['import', file]))
    const says = [
      /say --as/,
      /found "titel"/,
      /neither key nor id/,
      /Quote/i,
      /a list of objects/,
      /JSON/,
      /no such file/,
    ]
    for (const [i, pattern] of says.entries()) {
      assert.equal(outcomes[i]?.code, 2, outcomes[i]?.stderr)
      assert.equal(lines(outcomes[i]?.stderr ?? '').length, 1)
      assert.match(outcomes[i]?.stderr ?? '', pattern)
    }
  })

  it('sets, lists and removes playlists', async () => {
    const set = await place.run([
      'playlist',
      'set',
      'day-1',
      '--name',
      'Day 1',
      '--playlist-id',
      'PL1',
      '--tags',
      'Day 1',
    ])
    assert.deepEqual([set.code, set.stdout], [0, 'day-1\n'], set.stderr)
    assert.equal((await place.run(['playlist', 'set', 'day-1', '--hidden'])).code, 0)
    const [listed] = json<Record<string, unknown>[]>(await place.run(['playlist', 'list', '--json']))
    assert.deepEqual([listed?.['id'], listed?.['tags'], listed?.['show_in_description']], ['day-1', ['Day 1'], false])
    assert.match((await place.run(['playlist', 'list'])).stdout, /day-1 +Day 1 +Day 1 +PL1 +no/)
    const wrong = await place.run(['playlist', 'set', 'new', '--template', 'red'])
    assert.deepEqual([wrong.code, lines(wrong.stderr).length], [2, 1], wrong.stderr)
    assert.equal((await place.run(['playlist', 'remove', 'day-1'])).code, 0)
    const gone = await place.run(['playlist', 'remove', 'day-1'])
    assert.equal(gone.code, 4)
    assert.match(gone.stderr, /there is no playlist day-1; there is none yet/)
  })
})

describe('A sheet as CSV', () => {
  it('leaves out what a row does not say, and reads empty cells as nothing', async () => {
    assert.deepEqual(await rowsOfCsv('\uFEFFid, tags ,event_end\r\na,"x, y,",\r\n\r\nb\r\n'), {
      _tag: 'Right',
      right: [{ id: 'a', tags: ['x', 'y'], event_end: null }, { id: 'b' }],
    })
  })

  it('keeps what can’t be read, so that the row alone is refused', async () => {
    assert.deepEqual(await rowsOfCsv('id,poster_moment\na,maybe\nb,true,more'), {
      _tag: 'Right',
      right: [
        { id: 'a', poster_moment: 'maybe' },
        { id: 'b', poster_moment: true, 'column 3': 'more' },
      ],
    })
  })
})
