import assert from 'node:assert/strict'
import { stat } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import {
  created,
  goodEdit,
  published,
  serving,
  type Serving,
  type Workplace,
  withFootage,
  workplace,
} from './workplace.js'
import { each, json, lines, type Outcome } from './program.js'

interface LoggedEvent {
  readonly stream: string
  readonly version: number
  readonly type: string
  readonly state: string
  readonly actor: string | null
  readonly node: string | null
}

interface ReplayedLife {
  readonly state: string
  readonly version: number
  readonly agrees: boolean | null
  readonly differs: unknown[]
  readonly steps: {
    readonly type: string
    readonly before: string | null
    readonly after: string
    readonly changed: { readonly column: string }[]
    readonly effects: { readonly type: string }[]
  }[]
}

const life = [
  ['Created', 'UNEDITED'],
  ['Edited', 'EDITED'],
  ['Claimed', 'CLAIMED.PREPARING'],
  ['UploadOpened', 'CLAIMED.STREAMING'],
  ['FinalizeStarted', 'FINALIZING.COMMITTING'],
  ['Uploaded', 'DONE'],
]

describe('a video, from the command line', function () {
  this.timeout(90_000)
  let place: Workplace
  let node: Serving
  /** One that has come to its end. */
  let id: string
  /** What `log --follow` of it has shown. */
  let followed: Outcome

  before(async () => {
    place = await workplace()
    await withFootage(place)
    node = await serving(place)
    ;({ id, followed } = await published(place, '--description', 'The raffle', '--tags', 'raffle', 'day-1'))
  })
  after(async () => {
    await node?.stop()
    await place?.remove()
  })

  it('is cut and published by a node that says where it serves', async () => {
    assert.equal(node.said.node, 'node-a')
    assert.match(node.said.url, /^http:\/\/127\.0\.0\.1:\d+$/)
    assert.equal((await fetch(node.said.url)).status, 200)
    assert.doesNotMatch(node.said.database, /postgres:\/\//)
    process.kill(node.said.pid, 0)
  })

  it('is followed event by event as it happens, a JSON value a line', () => {
    assert.equal(followed.code, 0)
    const events = lines(followed.stdout).map((line) => JSON.parse(line) as LoggedEvent)
    assert.deepEqual(
      events.map(({ type, state }) => [type, state]),
      life,
    )
    assert.ok(events.every(({ stream }) => stream === `video/${id}`))
  })

  it('has the same in its log, with who did it', async () => {
    const events = json<LoggedEvent[]>(await place.run(['log', id, '--json']))
    assert.deepEqual(
      events.map(({ version, type, state }) => [version, type, state]),
      life.map(([type, state], i) => [i + 1, type, state]),
    )
    assert.deepEqual(
      events.map(({ actor, node }) => actor ?? node),
      ['spec', 'spec', 'node-a', 'node-a', 'node-a', 'node-a'],
    )
  })

  it('is listed as DONE, and shown with its file and with what can be done now', async () => {
    const [listed, others, shown] = await Promise.all([
      place.run(['videos', '--state', 'DONE', '--json']),
      place.run(['videos', '--state', 'FAILED', '--json']),
      place.run(['--json', 'show', id]),
    ])
    const listedDone = json<{ id: string; state: string; title: string }[]>(listed)
    assert.ok(listedDone.every(({ state }) => state === 'DONE'))
    assert.equal(listedDone.find((v) => v.id === id)?.title, 'The raffle')
    assert.deepEqual(json(others), [])
    const video = json<{
      state: string
      tags: string[]
      video_link: string
      video_ranges: [string, string][]
      possible: string[]
      remedies: { event: string; command: string }[]
    }>(shown)
    assert.equal(video.state, 'DONE')
    assert.deepEqual(video.tags, ['raffle', 'day-1'])
    assert.ok(video.possible.includes('Reset'))
    const reset = video.remedies.find(({ event }) => event === 'Reset')
    assert.equal(reset?.command, `reelstate reset ${id} --force`)
    assert.ok((await stat(fileURLToPath(video.video_link))).size > 10_000)
    assert.deepEqual(
      video.video_ranges.flat().map((time) => Date.parse(time)),
      goodEdit.video_ranges.flat().map((time) => Date.parse(time ?? '')),
    )
  })

  it('reads as text where no JSON is asked for', async () => {
    const [listed, logged, replayed] = await each([['videos'], ['log', id], ['replay', id]], (args) => place.run(args))
    assert.match(listed?.stdout ?? '', new RegExp(`${id} +DONE +\\d{4}-\\d\\d-\\d\\d [\\d:]{8} +The raffle +local`))
    assert.match(logged?.stdout ?? '', /6 +Uploaded +DONE +node-a +file:\/\//)
    assert.match(replayed?.stdout ?? '', /The row agrees: DONE at version 6\./)
  })

  it('replays without any effect, and its row agrees with its events', async () => {
    const replayed = json<ReplayedLife>(await place.run(['replay', id, '--json']))
    assert.equal(replayed.agrees, true)
    assert.deepEqual(replayed.differs, [])
    assert.deepEqual(
      replayed.steps.map(({ type, after }) => [type, after]),
      life,
    )
    assert.deepEqual(
      replayed.steps.map(({ before }) => before),
      [null, ...life.slice(0, -1).map(([, state]) => state)],
    )
    assert.ok(replayed.steps[2]?.effects.some(({ type }) => type === 'cutAndUpload'))
    assert.ok(replayed.steps[1]?.changed.some(({ column }) => column === 'video_title'))
  })

  it('replays up to an event, and then there is no row to agree with', async () => {
    const replayed = json<ReplayedLife>(await place.run(['replay', id, '--at', '3', '--json']))
    assert.deepEqual([replayed.version, replayed.state, replayed.agrees], [3, 'CLAIMED.PREPARING', null])
    assert.equal(replayed.steps.length, 3)
    const beyond = await place.run(['replay', id, '--at', '7'])
    assert.equal(beyond.code, 2)
    assert.equal(beyond.stderr, `reelstate: --at: found 7; allowed is 1 to 6, the newest event of ${id}\n`)
  })

  it('is not reset where it may exist, unless it is forced: then it is kept as an orphan', async () => {
    const { id } = await published(place)
    const refused = await place.run(['reset', id])
    assert.equal(refused.code, 3)
    assert.equal(refused.stdout, '')
    assert.match(refused.stderr, new RegExp(`video ${id} is DONE: Reset .*without --force.*Possible now: .`))
    const forced = await place.run(['reset', id, '--force', '--why', 'the wrong half', '--json'])
    assert.deepEqual(json(forced), { id, version: 7, event: 'Reset', state: 'UNEDITED' })
    const shown = json<{ state: string; orphans: unknown[]; video_title: string }>(
      await place.run(['show', id, '--json']),
    )
    assert.deepEqual([shown.state, shown.orphans.length, shown.video_title], ['UNEDITED', 1, 'The raffle'])
  })

  it('is not moved by what its state does not allow: exit code 3, with the state and what is possible', async () => {
    const fresh = await created(place)
    const attempts = [
      ['retry', fresh],
      ['resolve', fresh, '--absent'],
      ['resolve', fresh, '--uploaded', 'x.ts'],
      ['create', '--id', fresh],
    ]
    const refusals = await each(attempts, (args) => place.run([...args, '--json']))
    for (const refusal of refusals) {
      assert.equal(refusal.code, 3, refusal.stderr)
      const { state, possible } = json<{ state: string; possible: string[] }>(refusal)
      assert.equal(state, 'UNEDITED')
      assert.ok(possible.includes('Edited'))
      assert.match(refusal.stderr, /is UNEDITED/)
    }
    assert.equal(json<LoggedEvent[]>(await place.run(['log', fresh, '--json'])).length, 1)
  })

  it('that does not exist is said to be so: exit code 4', async () => {
    const edit = await place.file('edit.json', goodEdit)
    const commands = [
      ['show', 'nobody'],
      ['edit', 'nobody', '--file', edit],
      ['reset', 'nobody', '--force'],
      ['resolve', 'nobody', '--absent'],
    ]
    for (const [i, outcome] of (await each(commands, (args) => place.run(args))).entries()) {
      assert.equal(outcome.code, 4, commands[i]?.[0])
      assert.equal(outcome.stdout, '')
      assert.equal(outcome.stderr, 'reelstate: there is no video nobody\n')
    }
  })

  it('keeps an unfinished edit as a draft', async () => {
    const draft = await created(place)
    const saved = await place.run(['edit', draft, '--draft', '--file', '-', '--json'], {
      input: JSON.stringify({ video_title: 'The' }),
    })
    assert.deepEqual(json(saved), { id: draft, version: 2, event: 'DraftSaved', state: 'UNEDITED' })
  })

  it('is no failure to a command whose reader has gone', async () => {
    const list = place.start(['videos'])
    list.stopReading()
    const log = place.start(['log', '--follow', '--json'])
    await log.line(() => true)
    log.stopReading()
    await created(place)
    for (const { code, stderr } of [await list.ended, await log.ended]) {
      assert.equal(stderr, '')
      assert.equal(code, 0)
    }
  })
})
