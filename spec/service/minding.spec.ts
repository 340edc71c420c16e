import assert from 'node:assert/strict'
import { mkdir, mkdtemp, rename, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { registerNode, lockName, listNodes, signOff } from '../../src/log/nodes.js'
import { noteFootage } from '../../src/log/footage.js'
import { Minding } from '../../src/service/minding.js'
import { appear, NameTaken } from '../../src/service/presence.js'
import { happens, type TestLog, testLog } from '../support/log.js'
import { edit as momentEdit, source } from '../support/moment.js'
import { rowOf, typesOf } from '../support/nodeVideos.js'
import { until } from '../support/processes.js'

const edit = { ...momentEdit, upload_location: 'tube', uploader_whitelist: null }
const tube = { tube: { type: 'local', cut: 'full' } }
let count = 0

describe('The minding loop', function () {
  this.timeout(60_000)
  let log: TestLog
  let segmentsRoot: string
  const minds: AbortController[] = []

  before(async () => {
    log = await testLog()
    segmentsRoot = await mkdtemp(join(tmpdir(), 'reelstate-minding-'))
  })
  after(async () => {
    await log.close()
    await rm(segmentsRoot, { recursive: true })
  })
  beforeEach(() => log.db.query('delete from reelstate.nodes'))
  afterEach(() => minds.splice(0).forEach((one) => one.abort()))

  const register = (name: string, locations: object = tube, onlyNamed = false): Promise<void> =>
    registerNode(log.db, {
      ...{ name, host: 'h', pid: 1, version: '0', onlyNamed },
      locations: locations as typeof tube,
    })

  async function waiting(over: object = {}): Promise<string> {
    const id = `waiting-${++count}`
    await happens(log.db, id, 'Created', { source })
    await happens(log.db, id, 'Edited', { edit: { ...edit, ...over } })
    return id
  }

  async function claimedBy(node: string): Promise<string> {
    const id = await waiting()
    await happens(log.db, id, 'Claimed', { attempt: `${id}-1`, attempts_limit: 3, why: null }, node)
    return id
  }

  function minding(
    node = 'node-a',
    root = segmentsRoot,
    warn: (lines: readonly string[]) => void = () => undefined,
  ): Minding {
    const stopping = new AbortController()
    minds.push(stopping)
    const around = {
      ...{ node, onlyNamed: false, segmentsRoot: root, temporaryFolder: '', random: () => 0.5, databaseGraceMs: 0 },
      locations: new Map(),
    }
    return new Minding(log.db, around, stopping.signal, warn)
  }

  /** Another edit would do: it has waited for an hour. */
  const anHourAgo = (id: string): Promise<unknown> =>
    log.db.query(`update reelstate.videos set edit_time = edit_time - interval '1 hour' where id = $1`, [id])

  /** Rows that a spec has put an hour back are what their events say again. */
  const forward = (id: string): Promise<unknown> =>
    log.db.query(`update reelstate.videos set edit_time = edit_time + interval '1 hour' where id = $1`, [id])

  it('gives back at once what a node had that stopped, and leaves what it finalized to reconcile', async () => {
    await register('node-b')
    const cutting = await claimedBy('node-b')
    const finalizing = await claimedBy('node-b')
    await happens(log.db, finalizing, 'UploadOpened', { attempt: `${finalizing}-1`, destination: null }, 'node-b')
    const started = { attempt: `${finalizing}-1`, bytes: 5, receipt: null }
    await happens(log.db, finalizing, 'FinalizeStarted', started, 'node-b')
    const mind = minding()
    await mind.round()
    assert.equal((await rowOf(log.db, cutting)).state, 'CLAIMED')
    await signOff(log.db, 'node-b')
    await mind.round()
    const { state, attempts, error } = await rowOf(log.db, cutting)
    assert.deepEqual({ state, attempts, error }, { state: 'EDITED', attempts: 1, error: 'node-b stopped' })
    assert.equal((await rowOf(log.db, finalizing)).substate, 'RECONCILING')
  })

  it('gives back what a node asked about that has died over it', async () => {
    await register('node-b')
    const id = await claimedBy('node-b')
    await happens(log.db, id, 'UploadOpened', { attempt: `${id}-1`, destination: null }, 'node-b')
    await happens(log.db, id, 'FinalizeStarted', { attempt: `${id}-1`, bytes: 5, receipt: null }, 'node-b')
    await happens(log.db, id, 'NodeLost', { attempt: `${id}-1`, lost: 'node-b', cause: 'gone' })
    await happens(log.db, id, 'ReconcileClaimed', { attempt: `${id}-1`, reconcile: 'asker' }, 'node-c')
    await register('node-c')
    await signOff(log.db, 'node-c')
    await minding().round()
    assert.deepEqual((await typesOf(log.db, id)).slice(-2), ['ReconcileClaimed', 'NodeLost'])
    assert.equal((await rowOf(log.db, id)).substate, 'RECONCILING')
    await signOff(log.db, 'node-b')
  })

  it('finds a node whose connection is gone within 10 s, and none that holds its name', async () => {
    const holder = new pg.Client({ connectionString: log.url })
    await holder.connect()
    try {
      for (const name of ['held', 'gone']) await register(name)
      assert.ok(await lockName(holder, 'held'))
      const [held, gone] = [await claimedBy('held'), await claimedBy('gone')]
      const mind = minding()
      const begunMs = performance.now()
      await until(
        async () => {
          await mind.round()
          return (await rowOf(log.db, gone)).state === 'EDITED'
        },
        'what the node had is given back',
        20,
      )
      const tookMs = performance.now() - begunMs
      assert.ok(tookMs > 5_000 && tookMs < 10_000, `${tookMs} ms`)
      assert.equal((await rowOf(log.db, held)).state, 'CLAIMED')
      await signOff(log.db, 'held')
    } finally {
      await holder.end()
    }
  })

  it('shows nobody as running who has not been heard of', async () => {
    for (const name of ['live', 'silent', 'stopped']) await register(name)
    await log.db.query(`update reelstate.nodes set beat_at = beat_at - interval '31 seconds' where name = 'silent'`)
    await signOff(log.db, 'stopped')
    const seen = (await listNodes(log.db)).map(({ name, state }) => `${name} ${state}`)
    assert.deepEqual(seen, ['live running', 'silent silent', 'stopped stopped'])
  })

  it('gives the name of a silent node, whose connection the server still believes in, to a new one', async () => {
    const old = new pg.Client({ connectionString: log.url })
    old.on('error', () => undefined)
    await old.connect()
    const ended = new Promise((resolve) => old.once('end', resolve))
    await register('node-b')
    assert.ok(await lockName(old, 'node-b'))
    const record = { name: 'node-b', host: 'new', pid: 2, version: '0', locations: {} }
    const unseen = { begun: () => undefined, over: () => undefined }
    const appearing = { url: log.url, pulse: log.db, node: record, beating: unseen, holding: unseen }
    await assert.rejects(appear(appearing), (error: Error) => {
      assert.equal(error.name, NameTaken.name)
      assert.match(error.message, /"node-b" is running already, on h \(process 1\) since 2/)
      return true
    })
    // the server's own start counts, too: it has to have run for longer
    await log.db.query(`update reelstate.nodes set beat_at = beat_at - interval '31 seconds' where name = 'node-b'`)
    const { rows } = await log.db.query<{ young: boolean }>(
      `select pg_postmaster_start_time() > clock_timestamp() - interval '31 seconds' as young`,
    )
    if (rows[0]?.young) return void (await old.end())
    const presence = await appear(appearing)
    await ended
    await presence.leave()
  })

  it('goes on where the disk cannot be read: what was known of it holds, and people are told for as long as that lasts', async () => {
    const root = join(segmentsRoot, 'disk')
    const warnings: (readonly string[])[] = []
    const mind = (): Promise<number> => minding('node-a', root, (lines) => warnings.push(lines)).round()
    const channels = async (): Promise<unknown> =>
      (await log.db.query<{ channels: unknown }>(`select channels from reelstate.nodes where name = 'node-a'`)).rows[0]
        ?.channels
    for (const name of ['node-a', 'node-b']) await register(name)
    const lost = await claimedBy('node-b')
    await signOff(log.db, 'node-b')
    await mkdir(join(root, 'camera'), { recursive: true })
    await mind()
    await rename(root, `${root} elsewhere`)
    await symlink('disk', root)
    const id = await waiting({ upload_location: 'nowhere' })
    await anHourAgo(id)
    await mind()
    await forward(id)
    assert.equal((await rowOf(log.db, id)).warning, 'no running node offers the location "nowhere"')
    assert.deepEqual(await channels(), ['camera'])
    await rm(root)
    await rename(`${root} elsewhere`, root)
    await mkdir(join(root, 'studio'))
    await mind()
    assert.deepEqual(await channels(), ['camera', 'studio'])
    assert.deepEqual(
      warnings.map((lines) => lines.map((line) => /^the folder of segments cannot be read \(ELOOP/.test(line))),
      [[], [true], []],
    )
    for (const one of [id, lost]) await happens(log.db, one, 'Reset', { force: false, reason: null })
  })

  describe('tells people, once, of a video that no running node may take:', () => {
    const cases: [string, object, () => Promise<unknown>, string | null][] = [
      [
        'nobody offers its location',
        {},
        () => register('x', { disk: tube.tube }),
        'no running node offers the location "tube"',
      ],
      [
        'who offers it takes only what names it',
        {},
        () => register('x', tube, true),
        'no running node offers the location "tube"',
      ],
      [
        'those that it names are dead',
        { uploader_whitelist: ['dead', 'x'] },
        () => register('y'),
        'none of the nodes that the edit names (dead, x) runs and offers the location "tube"',
      ],
      ['none of them, where somebody offers it', {}, () => register('x'), null],
      [
        'none of them, where one that it names runs',
        { uploader_whitelist: ['x'] },
        () => register('x', tube, true),
        null,
      ],
    ]
    for (const [what, over, nodes, message] of cases)
      it(what, async () => {
        const id = await waiting(over)
        await nodes()
        await minding().round()
        assert.equal((await rowOf(log.db, id)).warning, null)
        await anHourAgo(id)
        await minding('node-a').round()
        await minding('node-b').round()
        await forward(id)
        assert.equal((await rowOf(log.db, id)).warning, message)
        assert.equal((await typesOf(log.db, id)).filter((type) => type === 'Warned').length, message === null ? 0 : 1)
        await happens(log.db, id, 'Reset', { force: false, reason: null })
      })
  })

  describe('gives up a video of which', () => {
    const nobodyHas = async (id: string, node: string, nothing = true): Promise<void> => {
      const { rows } = await log.db.query<{ at: string }>(
        'select edit_time::text as at from reelstate.videos where id = $1',
        [id],
      )
      await noteFootage(log.db, { video: id, node, editTime: rows[0]?.at ?? '', missingSeconds: 2, nothing })
    }
    const tenMinutesPass = (id: string): Promise<unknown> =>
      log.db.query(
        `update reelstate.footage set nothing_since = nothing_since - interval '11 minutes',
         first_at = first_at - interval '11 minutes' where video = $1`,
        [id],
      )

    /** Rounds of one node that has run since, at so many minutes of its own clock. */
    function running(): (minutes: number) => Promise<number> {
      const mind = minding()
      const begunMs = performance.now()
      return (minutes) => mind.round(begunMs + minutes * 60_000)
    }

    it('no running node has had any footage for ten minutes', async () => {
      for (const name of ['node-a', 'node-b']) await register(name)
      const id = await waiting()
      await nobodyHas(id, 'node-b')
      const roundAt = running()
      // this one looks for itself: its cutting loop may be busy for hours
      await roundAt(0)
      assert.equal((await rowOf(log.db, id)).state, 'EDITED')
      await tenMinutesPass(id)
      await roundAt(11)
      const { state, error } = await rowOf(log.db, id)
      assert.equal(state, 'FAILED')
      assert.match(error ?? '', /no footage of it at all: for 10 minutes node-a, node-b had none/)
    })

    it('never, while one that runs has some, or has not looked', async () => {
      for (const name of ['node-a', 'node-b', 'node-c']) await register(name)
      const id = await waiting()
      for (const name of ['node-a', 'node-b']) await nobodyHas(id, name)
      const roundAt = running()
      await roundAt(0)
      await tenMinutesPass(id)
      await roundAt(11)
      assert.equal((await rowOf(log.db, id)).state, 'EDITED', 'node-c has not looked')
      await nobodyHas(id, 'node-c', false)
      await roundAt(12)
      assert.equal((await rowOf(log.db, id)).state, 'EDITED', 'node-c has some')
    })

    it('never, where only the clock of the database has jumped by so much', async () => {
      for (const name of ['node-a', 'node-b']) await register(name)
      const id = await waiting()
      await nobodyHas(id, 'node-b')
      const roundAt = running()
      await roundAt(0)
      await tenMinutesPass(id)
      await roundAt(1)
      // nor by one that has just been started
      await running()(0)
      assert.equal((await rowOf(log.db, id)).state, 'EDITED')
      await roundAt(11)
      assert.equal((await rowOf(log.db, id)).state, 'FAILED')
    })

    it('never, where one has had some in between', async () => {
      for (const name of ['node-a', 'node-b']) await register(name)
      const id = await waiting()
      await nobodyHas(id, 'node-b')
      const roundAt = running()
      await roundAt(0)
      await nobodyHas(id, 'node-b', false)
      await roundAt(5)
      await nobodyHas(id, 'node-b')
      await tenMinutesPass(id)
      await roundAt(11)
      assert.equal((await rowOf(log.db, id)).state, 'EDITED')
      await roundAt(22)
      assert.equal((await rowOf(log.db, id)).state, 'FAILED')
    })
  })
})
