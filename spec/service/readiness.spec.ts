import assert from 'node:assert/strict'
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect, type Queryable } from '../../src/log/database.js'
import type { Check } from '../../src/http/around.js'
import { Readiness, type ReadinessOptions } from '../../src/service/readiness.js'
import { type TestLog, testLog } from '../support/log.js'
import { until } from '../support/processes.js'
import { SmallDisk } from '../support/smallDisk.js'

describe('whether a node is ready', function () {
  this.timeout(60_000)
  let log: TestLog
  let folder: string
  const { FFMPEG_PATH } = process.env
  before(async () => {
    log = await testLog()
    folder = await mkdtemp(join(tmpdir(), 'reelstate-ready-'))
  })
  afterEach(() => {
    if (FFMPEG_PATH === undefined) delete process.env['FFMPEG_PATH']
    else process.env['FFMPEG_PATH'] = FFMPEG_PATH
  })
  after(async () => {
    await rm(folder, { recursive: true, force: true })
    await log.close()
  })

  const readiness = (over: Partial<ReadinessOptions> = {}): Readiness =>
    new Readiness({
      ...{ db: log.db, health: () => ({ ok: true, reason: null, warnings: [] }), segments: folder },
      ...{ temporary: join(folder, 'not', 'yet', 'there'), minFreeBytes: 0, ...over },
      // a machine under load is no reason here
      pace: { patienceMs: 300_000, ...over.pace },
    })
  const reasons = (checks: readonly Check[]): Record<string, string> =>
    Object.fromEntries(checks.flatMap(({ what, reason }) => (reason === null ? [] : [[what, reason]])))

  it('is said of each thing that it needs', async () => {
    const checks = await readiness().check()
    assert.deepEqual(
      checks.map(({ what, reason }) => [what, reason]),
      ['database', 'ffmpeg', 'segments', 'temporary', 'loops'].map((what) => [what, null]),
    )
  })

  it('is denied with all reasons at once', async () => {
    process.env['FFMPEG_PATH'] = join(folder, 'nowhere')
    const gone = connect({ url: 'postgres://nobody:hunter2@127.0.0.1:1/nothing', name: 'spec' })
    const found = reasons(
      await readiness({
        db: gone,
        health: () => ({ ok: false, reason: 'the database is away', warnings: [] }),
        minFreeBytes: 2 ** 60,
      }).check(),
    )
    assert.match(found['database'] ?? '', /^the database is away \(connect ECONNREFUSED 127\.0\.0\.1:1\)$/)
    assert.match(found['ffmpeg'] ?? '', /^ffmpeg lacks: .*nowhere/)
    for (const what of ['segments', 'temporary'])
      assert.match(found[what] ?? '', /has [\d.]+ GiB free; at least 1073741824\.00 GiB are needed: make room$/)
    assert.equal(found['loops'], 'the database is away')
    await gone.end()
  })

  it('follows a disk that fills up', async function () {
    const small = join(folder, 'small')
    await mkdir(small)
    await using disk = await SmallDisk.at(small, '4m')
    // said as skipped, never as passed
    if (!disk) return this.skip()
    const at = readiness({ temporary: join(small, 'temporary', 'node-a'), minFreeBytes: 2 ** 21, pace: { keepMs: 0 } })
    assert.deepEqual(reasons(await at.check()), {})
    await writeFile(join(small, 'large'), Buffer.alloc(3 * 2 ** 20))
    assert.match(
      reasons(await at.check())['temporary'] ?? '',
      /^the disk of the temporary files \(.*\) has 0\.00 GiB free/,
    )
    await disk.grow('16m')
    assert.deepEqual(reasons(await at.check()), {})
  })

  it('follows an ffmpeg that goes, and one that is too old', async () => {
    const program = join(folder, 'ffmpeg')
    const say = async (version: string): Promise<void> => {
      const real = FFMPEG_PATH || 'ffmpeg'
      const script = `#!/bin/sh\ncase "$*" in *-version*) echo "ffmpeg version ${version} of a spec";; *) exec "${real}" "$@";; esac\n`
      await writeFile(program, script)
      await chmod(program, 0o755)
    }
    process.env['FFMPEG_PATH'] = program
    const at = readiness({ pace: { keepMs: 0, ffmpegMs: 0 } })
    await say('5.1')
    assert.deepEqual(reasons(await at.check()), {})
    await say('4.4.2')
    assert.match(reasons(await at.check())['ffmpeg'] ?? '', /ffmpeg 5\.0 or newer \(this is 4\.4\.2\)/)
    await rm(program)
    assert.match(reasons(await at.check())['ffmpeg'] ?? '', /ENOENT/)
    await say('7.0')
    assert.deepEqual(reasons(await at.check()), {})
  })

  it('does not wait for a database that never answers, nor asks it twice at once', async () => {
    let asked = 0
    let answer: () => void = () => undefined
    const silent = {
      query: () => {
        asked++
        return new Promise((resolve) => (answer = () => resolve({ rows: [] })))
      },
    } as unknown as Queryable
    const at = readiness({ db: silent, pace: { keepMs: 0, patienceMs: 50 } })
    for (let i = 0; i < 3; i++)
      assert.equal(reasons(await at.check())['database'], 'the database has not answered within 0.05 s')
    assert.equal(asked, 1)
    answer()
    await until(async () => {
      const checked = at.check()
      answer()
      return reasons(await checked)['database'] === undefined
    }, 'it answers')
  })

  it('is looked at once for all who ask at the same time, or soon after', async () => {
    let asked = 0
    const counting = {
      query: (text: string) => {
        asked++
        return log.db.query(text)
      },
    } as unknown as Queryable
    const at = readiness({ db: counting, pace: { keepMs: 3_600_000 } })
    await Promise.all(Array.from({ length: 100 }, () => at.check()))
    for (let i = 0; i < 100; i++) await at.check()
    assert.equal(asked, 1)
  })
})
