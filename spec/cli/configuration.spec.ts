import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { each, json, lines } from './program.js'
import { type Workplace, workplace } from './workplace.js'

/** A file's content, and what has to be said of it: the path in the configuration, what was found, what is allowed. */
const wrong: [what: string, content: unknown, says: RegExp][] = [
  [
    'a location without its folder',
    { locations: { main: { type: 'local' } } },
    /locations\.main\.path: found nothing; allowed is a text that is not empty/,
  ],
  [
    'a folder that is a number',
    { locations: { main: { type: 'local', path: 7 } } },
    /locations\.main\.path: found 7; allowed is a text/,
  ],
  [
    'a type that there is not',
    { locations: { main: { type: 'ftp', path: 'x' } } },
    /locations\.main\.type: found "ftp"; allowed is local/,
  ],
  [
    'a cut that there is not',
    { locations: { main: { type: 'local', path: 'x', cut: 'quick' } } },
    /locations\.main\.cut: found "quick"; allowed is full or rough/,
  ],
  [
    'half an attempt',
    { locations: { main: { type: 'local', path: 'x', attempts: 0.5 } } },
    /locations\.main\.attempts: found 0\.5; allowed is a whole number/,
  ],
  [
    'an unknown field of a location',
    { locations: { main: { type: 'local', path: 'x', folder: 'y' } } },
    /locations\.main\.folder: found a field that is not known; allowed is one of type, path/,
  ],
  [
    'an unknown field',
    { location: {} },
    /configuration: location: found a field that is not known; allowed is one of node, segments/,
  ],
  ['a node whose name is a path', { node: 'a/b' }, /configuration: node: found "a\/b"; allowed is a name of letters/],
  ['a grace of no time', { grace_seconds: 0 }, /grace_seconds: found 0; allowed is a number above 0/],
  ['a list', [], /found \[\]; allowed is /],
  ['no JSON', '{"locations": ', /wrong-\d+\.json: found .*JSON.*; allowed is a readable JSON file/],
]

describe('a configuration', function () {
  this.timeout(90_000)
  let place: Workplace
  before(async () => {
    place = await workplace()
  })
  after(() => place.remove())

  it('that is wrong is refused with the path in it, what was found and what is allowed; nothing is started', async () => {
    const outcomes = await each([...wrong.entries()], async ([i, [, content]]) =>
      place.run(['videos', '--config', await place.file(`wrong-${i}.json`, content)]),
    )
    for (const [i, { code, stdout, stderr }] of outcomes.entries()) {
      const [what, , says] = wrong[i] ?? assert.fail()
      assert.equal(code, 2, what)
      assert.equal(stdout, '', what)
      assert.match(stderr, says, what)
      assert.equal(lines(stderr).length, 1, stderr)
    }
    assert.ok(!existsSync(place.data))
  })

  it('that is not there is named', async () => {
    const [option, variable] = await Promise.all([
      place.run(['videos', '--config', 'nowhere.json', '--json']),
      place.run(['videos'], { env: { REELSTATE_CONFIG: '/nowhere/else.json' } }),
    ])
    assert.equal(option.code, 2)
    assert.match(json<{ error: string }>(option).error, /nowhere\.json: found ENOENT/)
    assert.equal(variable.code, 2)
    assert.match(variable.stderr, /\/nowhere\/else\.json: found ENOENT/)
  })

  it('names all that is wrong at once', async () => {
    const file = await place.file('many.json', { node: '', locations: { main: { type: 'local' } } })
    const { problems } = json<{ problems: { field: string }[] }>(
      await place.run(['videos', '--config', file, '--json']),
    )
    assert.deepEqual(problems.map(({ field }) => field).sort(), ['locations.main.path', 'node'])
  })
})
