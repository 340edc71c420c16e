import assert from 'node:assert/strict'
import { at, created, goodEdit, serving, type Serving, type Workplace, workplace } from './workplace.js'
import { each, json, lines } from './program.js'

interface Problem {
  readonly field: string
  readonly found: string
  readonly allowed: string
}

const ä = (bytes: number): string => 'ä'.repeat(bytes / 2)

/** What is wrong with the edit, how it looks, and what has to be said: the field, what was found, what is allowed. */
const wrong: [what: string, fields: Record<string, unknown>, problem: { [K in keyof Problem]: RegExp }][] = [
  [
    'an unknown location',
    { upload_location: 'tube' },
    { field: /^upload_location$/, found: /"tube"/, allowed: /local/ },
  ],
  [
    'an end before its start',
    { video_ranges: [[at(5), at(2)]] },
    { field: /^video_ranges\[0\]$/, found: /ends at .* not after/, allowed: /end after the start/ },
  ],
  ['no ranges', { video_ranges: [] }, { field: /^video_ranges$/, found: /no range/, allowed: /at least one/ }],
  [
    'a title of 101 characters',
    { video_title: 'x'.repeat(101) },
    { field: /^video_title$/, found: /101 characters/, allowed: /at most 100/ },
  ],
  ['a title with <', { video_title: 'A <3' }, { field: /^video_title$/, found: /<|>/, allowed: /no angle brackets/ }],
  [
    'a description of few characters but many bytes',
    { video_description: ä(5002) },
    { field: /^video_description$/, found: /5002 bytes/, allowed: /at most 5000 bytes/ },
  ],
  [
    'a channel that leads out of the folder',
    { video_channel: '../secrets' },
    { field: /^video_channel$/, found: /"\.\.\/secrets"/, allowed: /letters, digits/ },
  ],
]

describe('reelstate edit', function () {
  this.timeout(120_000)
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

  const edit = (content: unknown, ...options: string[]) =>
    place.run(['edit', id, '--file', '-', ...options], {
      input: typeof content === 'string' ? content : JSON.stringify(content),
    })
  const events = async () => json<{ type: string }[]>(await place.run(['log', id, '--json'])).map(({ type }) => type)

  it('refuses each edit that is wrong in a message of its own, which names the field, and the log has no new event', async () => {
    const outcomes = await each(wrong, ([, fields]) => edit({ ...goodEdit, ...fields }, '--json'))
    for (const [i, outcome] of outcomes.entries()) {
      const [what, , expected] = wrong[i] ?? assert.fail()
      assert.equal(outcome.code, 2, what)
      const { error, problems } = json<{ error: string; problems: Problem[] }>(outcome)
      assert.equal(problems.length, 1, `${what}: ${error}`)
      for (const part of ['field', 'found', 'allowed'] as const)
        assert.match(problems[0]?.[part] ?? '', expected[part], what)
      assert.equal(outcome.stderr, `reelstate: ${error}\n`)
      assert.ok(error.startsWith(`${problems[0]?.field}: found `), error)
    }
    const messages = outcomes.map(({ stderr }) => stderr)
    assert.equal(new Set(messages).size, messages.length)
    assert.deepEqual(await events(), ['Created'])
  })

  it('names every field that is wrong, a line each', async () => {
    const { code, stdout, stderr } = await edit({ ...goodEdit, video_title: '>', video_ranges: [], public: 1 })
    assert.equal(code, 2)
    assert.equal(stdout, '')
    assert.match(stderr, /public: found 1/)
    const both = await edit({ ...goodEdit, video_title: '>', video_ranges: [] })
    assert.match(both.stderr, /^reelstate: video_title: found .*\nvideo_ranges: found .*\n$/)
  })

  it('says which file it cannot read, and why', async () => {
    const broken = await place.file('broken.json', '{"video_title": "The raffle"')
    const list = await place.file('list.json', '[]')
    const files = [broken, list, `${place.folder}/missing.json`, place.folder]
    const outcomes = await each(files, (file) => place.run(['edit', id, '--file', file]))
    for (const { code, stdout, stderr } of outcomes) {
      assert.equal(code, 2)
      assert.equal(stdout, '')
      assert.equal(lines(stderr).length, 1, stderr)
    }
    assert.ok(outcomes[0]?.stderr.includes(`--file ${broken}: `))
    assert.match(outcomes[1]?.stderr ?? '', /found \[\]; allowed is a JSON object/)
    assert.match(outcomes[2]?.stderr ?? '', /missing\.json: ENOENT/)
    assert.match(outcomes[3]?.stderr ?? '', /EISDIR/)
    assert.deepEqual(await events(), ['Created'])
  })

  it('takes what is just within the limits, and cuts it once there is footage', async () => {
    const other = await created(place)
    const accepted = await place.run(['edit', other, '--file', '-', '--json'], {
      input: JSON.stringify({
        ...goodEdit,
        video_title: '🎬'.repeat(100),
        video_description: ä(5000),
        video_tags: ['x'.repeat(500)],
      }),
    })
    assert.equal(json<{ state: string }>(accepted).state, 'EDITED')
  })

  it('needs a video: create refuses an id or a time that is none, and says what is allowed', async () => {
    const before = await place.run(['videos', '--json'])
    const [badId, badTime] = await each(
      [
        ['create', '--id', '../x'],
        ['create', '--event-start', 'noon'],
      ],
      (args) => place.run(args),
    )
    assert.equal(badId?.code, 2)
    assert.match(badId?.stderr ?? '', /^reelstate: id: found "\.\.\/x"; allowed is .*letters/)
    assert.equal(badTime?.code, 2)
    assert.match(badTime?.stderr ?? '', /^reelstate: event_start: found "noon"; allowed is a UTC time/)
    assert.equal((await place.run(['videos', '--json'])).stdout, before.stdout)
  })
})
