import assert from 'node:assert/strict'
import { type Either, isLeft } from 'fp-ts/lib/Either.js'
import { describeProblem } from '../../machines/problems.js'
import { keepBlob, readBlob } from '../../src/log/blobs.js'
import { createVideo, editVideo, type Invalid } from '../../src/log/commands.js'
import { connect } from '../../src/log/database.js'
import { migrate } from '../../src/log/migrate.js'
import { moveLog } from '../../src/log/move.js'
import { registerNode } from '../../src/log/nodes.js'
import { rebuild } from '../../src/log/rebuild.js'
import { addTemplate, getTemplate, listTemplates, updateTemplate } from '../../src/log/templates.js'
import { readRow } from '../../src/log/videos.js'
import { testDatabase } from '../support/database.js'
import { happens, type TestLog, testLog } from '../support/log.js'
import { edit, source } from '../support/moment.js'
import { painted } from '../support/pixels.js'

const png = async (width: number, height: number) => ({
  bytes: await painted(width, height, []).png().toBuffer(),
  contentType: 'image/png',
  width,
  height,
})

const by = { actor: 'an artist' }

function done<A>(outcome: Either<unknown, A>): A {
  if (isLeft(outcome)) throw new Error(JSON.stringify(outcome.left))
  return outcome.right
}

function problems(outcome: Either<Invalid | { readonly _tag: string }, unknown>): string[] {
  if (!isLeft(outcome)) return []
  return 'problems' in outcome.left ? outcome.left.problems.map(describeProblem) : [outcome.left._tag]
}

describe('Templates', () => {
  let log: TestLog
  beforeEach(async () => (log = await testLog()))
  afterEach(() => log.close())

  it('are kept with their images, and listed by name', async () => {
    const image = await png(64, 36)
    const added = done(await addTemplate(log.db, { name: 'green', crop: [0, 0, 32, 36] }, image, by))
    done(await addTemplate(log.db, { name: 'blue', description: 'for raffles', attribution: 'Ada' }, image, by))
    assert.deepEqual(
      { ...added, changed_at: '' },
      {
        ...{ name: 'green', description: '', attribution: '', crop: [0, 0, 32, 36], location: null },
        ...{ image_sha256: added.image_sha256, width: 64, height: 36, changed_at: '', changed_by: 'an artist' },
      },
    )
    assert.deepEqual(await getTemplate(log.db, 'green'), added)
    assert.deepEqual(
      (await listTemplates(log.db)).map(({ name }) => name),
      ['blue', 'green'],
    )
    assert.deepEqual((await readBlob(log.db, added.image_sha256))?.content, image.bytes)
    assert.equal(await getTemplate(log.db, 'red'), null)
  })

  it('are refused by the name of what is wrong, and then nothing is kept', async () => {
    const image = await png(64, 36)
    const cases: [fields: unknown, RegExp][] = [
      [{}, /^name: found nothing; allowed is a name of 1 to 100 characters/],
      [{ name: 'a/b' }, /^name: found "a\/b"/],
      [{ name: 'x'.repeat(101) }, /^name: /],
      [{ name: ' x' }, /^name: /],
      [{ name: 'x', colour: 'blue' }, /^colour: found a field that is not known; allowed is one of name, description/],
      [{ name: 'x', crop: [0, 0, 65, 36] }, /^crop: found 0,0,65,36; allowed is .* right <= 64 .* bottom <= 36$/],
      [{ name: 'x', location: [5, 5, 5, 6] }, /^location: found 5,5,5,6/],
      [{ name: 'x', crop: '0,0,1,1' }, /^crop: found "0,0,1,1"; allowed is four whole numbers/],
    ]
    for (const [fields, says] of cases) {
      const [problem = '', ...more] = problems(await addTemplate(log.db, fields, image, by))
      assert.match(problem, says)
      assert.deepEqual(more, [])
    }
    const jpeg = { ...image, contentType: 'image/jpeg' }
    assert.deepEqual(problems(await addTemplate(log.db, { name: 'x' }, jpeg, by)), [
      'image: found image/jpeg; allowed is image/png: only that has transparency',
    ])
    assert.deepEqual(await listTemplates(log.db), [])
    assert.equal((await log.db.query('select from reelstate.blobs')).rows.length, 0)
  })

  it('change in what is given, and keep the rest', async () => {
    const first = done(
      await addTemplate(log.db, { name: 'blue', attribution: 'Ada', crop: [0, 0, 60, 30] }, await png(64, 36), by),
    )
    const renamed = done(await updateTemplate(log.db, 'blue', { name: 'sky', crop: null }, null, { actor: 'Bo' }))
    assert.deepEqual({ ...first, name: 'sky', crop: null, changed_by: 'Bo', changed_at: renamed.changed_at }, renamed)
    assert.ok(renamed.changed_at > first.changed_at)
    assert.equal(await getTemplate(log.db, 'blue'), null)
    const larger = done(await updateTemplate(log.db, 'sky', { location: [0, 0, 128, 72] }, await png(128, 72), by))
    assert.deepEqual([larger.width, larger.height, larger.attribution], [128, 72, 'Ada'])
    assert.notEqual(larger.image_sha256, first.image_sha256)
  })

  it('lose no change of many at once', async () => {
    done(await addTemplate(log.db, { name: 'blue' }, await png(64, 36), by))
    const changes = [{ description: 'd' }, { attribution: 'a' }, { crop: [0, 0, 1, 1] }, { location: [0, 0, 2, 2] }]
    await Promise.all(changes.map((change) => updateTemplate(log.db, 'blue', change, null, by)))
    const now = await getTemplate(log.db, 'blue')
    assert.deepEqual(
      [now?.description, now?.attribution, now?.crop, now?.location],
      ['d', 'a', [0, 0, 1, 1], [0, 0, 2, 2]],
    )
  })

  it('stay as they are where a change is refused', async () => {
    const image = await png(64, 36)
    done(await addTemplate(log.db, { name: 'blue', crop: [0, 0, 64, 36] }, image, by))
    done(await addTemplate(log.db, { name: 'green' }, image, by))
    const before = await listTemplates(log.db)
    const outcomes = [
      await addTemplate(log.db, { name: 'blue' }, image, by),
      await updateTemplate(log.db, 'blue', { name: 'green' }, null, by),
      await updateTemplate(log.db, 'blue', { location: [0, 0, 65, 1] }, null, by),
      // its crop would reach out of the smaller image
      await updateTemplate(log.db, 'blue', {}, await png(32, 18), by),
      await updateTemplate(log.db, 'red', { name: 'green' }, null, by),
    ]
    assert.deepEqual(
      outcomes.map((outcome) => problems(outcome)[0]?.replace(/:.*/, '')),
      [...['NameTaken', 'NameTaken', 'location', 'crop', 'NoTemplate']],
    )
    const [, , , , unknown] = outcomes
    assert.deepEqual(unknown, { _tag: 'Left', left: { _tag: 'NoTemplate', name: 'red', known: ['blue', 'green'] } })
    assert.deepEqual(await listTemplates(log.db), before)
  })

  it('cannot be wrong even where somebody writes past us', async () => {
    const { image_sha256 } = done(await addTemplate(log.db, { name: 'blue' }, await png(64, 36), by))
    for (const [set, constraint] of [
      [`crop = '{0,0,65,36}'`, /templates_crop_is_inside/],
      [`crop = '{0,0,null,36}'`, /templates_crop_is_inside/],
      [`location = '{9,0,9,36}'`, /templates_location_is_inside/],
      [`location = '{1,2,3}'`, /templates_location_is_inside/],
      [`name = ''`, /templates_name_check/],
      [`image_sha256 = '${'0'.repeat(64)}'`, /templates_image_sha256_fkey/],
    ] as const)
      await assert.rejects(log.db.query(`update reelstate.templates set ${set}`), constraint)
    await assert.rejects(
      log.db.query('delete from reelstate.blobs where sha256 = $1', [image_sha256]),
      /templates_image_sha256_fkey/,
    )
  })

  it('survive a rebuild, and go along when the log moves, with images that no edit names', async () => {
    const added = done(await addTemplate(log.db, { name: 'blue', crop: [1, 2, 3, 4] }, await png(64, 36), by))
    await happens(log.db, 'moved', 'Created', { source })
    await rebuild(log.db)
    assert.deepEqual(await getTemplate(log.db, 'blue'), added)

    const target = await testDatabase()
    try {
      await migrate(target.url)
      const to = connect({ url: target.url, name: 'spec' })
      try {
        // somebody has tried to store an image there
        await keepBlob(to, 'image/png', (await png(64, 36)).bytes)
        await moveLog(log.db, to, () => undefined)
        assert.deepEqual(await listTemplates(to), [added])
        assert.deepEqual(await readBlob(to, added.image_sha256), await readBlob(log.db, added.image_sha256))
      } finally {
        await to.end()
      }
    } finally {
      await target.close()
    }
  })

  it('of another database are not mixed with those that are moved there', async () => {
    const target = await testLog()
    try {
      done(await addTemplate(target.db, { name: 'theirs' }, await png(8, 8), by))
      await assert.rejects(
        moveLog(log.db, target.db, () => undefined),
        (error) => error instanceof Error && error.name === 'MoveRefused' && /has templates/.test(error.message),
      )
    } finally {
      await target.close()
    }
  })
})

describe('An edit with a thumbnail', () => {
  let log: TestLog
  let image: string
  before(async () => {
    log = await testLog()
    const { pid } = process
    await registerNode(log.db, {
      name: 'a',
      host: 'h',
      pid,
      version: '1',
      locations: { local: { type: 'local', cut: 'fast' } },
    })
    done(await addTemplate(log.db, { name: 'blue' }, await png(64, 36), by))
    image = await keepBlob(log.db, 'image/png', (await png(10, 10)).bytes)
    await keepBlob(log.db, 'application/json', Buffer.from('{}'))
    done(await createVideo(log.db, 'v', {}, {}))
  })
  after(() => log.close())

  const time = '2026-01-31T18:00:01Z'
  const base = { ...edit, thumbnail_time: time, thumbnail_location: null }
  const receipt = '44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a'

  it('is refused where its template or image is not there, and the video stays as it was', async () => {
    const before = await readRow(log.db, 'v')
    const none = '0'.repeat(64)
    const cases: [object, string][] = [
      [
        { thumbnail_mode: 'TEMPLATE', thumbnail_template: 'red' },
        'thumbnail_template: found "red"; allowed is a template: blue',
      ],
      [
        { thumbnail_mode: 'TEMPLATE', thumbnail_template: 'blue', thumbnail_crop: [0, 0, 65, 36] },
        'thumbnail_crop: found 0,0,65,36; allowed is left,top,right,bottom with 0 <= left < right <= 64 and 0 <= top < bottom <= 36',
      ],
      [
        { thumbnail_mode: 'CUSTOM', thumbnail_image: none },
        `thumbnail_image: found ${none}, which is not stored; allowed is the SHA-256 of a stored PNG or JPEG image`,
      ],
      [
        { thumbnail_mode: 'CUSTOM', thumbnail_image: receipt },
        `thumbnail_image: found ${receipt}, which is application/json; allowed is the SHA-256 of a stored PNG or JPEG image`,
      ],
      [
        { thumbnail_mode: 'BARE', thumbnail_time: null },
        'thumbnail_time: found nothing; allowed is the UTC time of the picture, as thumbnail_mode is BARE',
      ],
    ]
    for (const [over, says] of cases)
      assert.deepEqual(problems(await editVideo(log.db, 'v', { ...base, ...over }, {})), [says])
    assert.deepEqual(await readRow(log.db, 'v'), before)
  })

  it('is taken where all is there that its mode looks at', async () => {
    for (const over of [
      { thumbnail_mode: 'TEMPLATE', thumbnail_template: 'blue', thumbnail_crop: [0, 0, 64, 36] },
      { thumbnail_mode: 'CUSTOM', thumbnail_image: image },
      { thumbnail_mode: 'BARE', thumbnail_template: 'red' },
      { thumbnail_mode: 'NONE', thumbnail_template: 'red', thumbnail_image: '0'.repeat(64) },
    ]) {
      done(await editVideo(log.db, 'v', { ...base, ...over }, {}))
      assert.equal((await readRow(log.db, 'v'))?.['thumbnail_mode'], over.thumbnail_mode)
    }
  })
})
