import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { isLeft } from 'fp-ts/lib/Either.js'
import { describeProblem } from '../../machines/problems.js'
import { readConfiguration } from '../../src/service/configuration.js'
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
    /locations\.main\.cut: found "quick"; allowed is fast, full, rough or smart \(as fast\)/,
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

  it('that is wrong is refused with the path in it, what was found and what is allowed', async () => {
    for (const [i, [what, content, says]] of wrong.entries()) {
      const read = readConfiguration(place.data, await place.file(`wrong-${i}.json`, content), {})
      assert.ok(isLeft(read), what)
      assert.equal(read.left.length, 1, what)
      assert.match(`configuration: ${read.left.map(describeProblem).join('\n')}`, says)
    }
  })

  it('that is wrong ends every command with exit code 2 and that line, before anything is started', async () => {
    const attempts = [
      [0, 'videos'],
      [5, 'serve'],
      [6, 'demo'],
      [10, 'ingest', 'x.ts', '--channel', 'main'],
    ] as const
    const outcomes = await each(attempts, async ([i, ...args]) =>
      place.run([...args, '--config', await place.file(`wrong-${i}.json`, wrong[i]?.[1])]),
    )
    for (const [i, { code, stdout, stderr }] of outcomes.entries()) {
      const [which, command] = attempts[i] ?? assert.fail()
      const [, , says] = wrong[which] ?? assert.fail()
      assert.equal(code, 2, command)
      assert.equal(stdout, '', command)
      assert.match(stderr, says)
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
