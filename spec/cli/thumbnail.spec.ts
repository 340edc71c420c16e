import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { isLeft } from 'fp-ts/lib/Either.js'
import { sizeOfPng } from '../../src/cut/frame.js'
import type { Failure } from '../../src/cli/failure.js'
import { programFor } from '../../src/cli/program.js'
import { createVideo, editVideo } from '../../src/log/commands.js'
import { registerNode } from '../../src/log/nodes.js'
import type { Template } from '../../src/log/templates.js'
import { recordColours } from '../support/colourStream.js'
import { type TestLog, testLog } from '../support/log.js'
import { colourAt, isNear, noise, painted, type Rgb } from '../support/pixels.js'
import { json, lines } from './program.js'
import { at, begins, goodEdit, type Workplace, workplace } from './workplace.js'

const YELLOW: Rgb = [255, 255, 0]
const GREEN: Rgb = [0, 255, 0]

describe('reelstate template, image and thumbnail', function () {
  this.timeout(60_000)
  let log: TestLog
  let place: Workplace
  let png: string
  let jpeg: string
  before(async () => {
    log = await testLog()
    place = await workplace()
    const locations = { local: { type: 'local', cut: 'fast' } } as const
    await registerNode(log.db, { name: 'a', host: 'h', pid: process.pid, version: '1', locations })
    await mkdir(place.segments, { recursive: true })
    await recordColours(place.segments, Date.parse(begins), { colours: ['red', 'lime'], width: 320, height: 180 })
    // a yellow frame around a window
    png = join(place.folder, 'window.png')
    await painted(160, 90, [
      { left: 0, top: 0, width: 160, height: 90, colour: YELLOW },
      { left: 40, top: 20, width: 80, height: 50, colour: YELLOW, alpha: 0 },
    ])
      .png()
      .toFile(png)
    jpeg = join(place.folder, 'own.jpg')
    await noise(64, 36).jpeg().toFile(jpeg)
  })
  after(async () => {
    await place.remove()
    await log.close()
  })

  const run = (...args: string[]) => place.run(args, { env: { DATABASE_URL: log.url } })
  /** A command that is refused: in this process, as starting one for each would take most of the time. */
  async function refusal(...args: string[]): Promise<Failure> {
    const { DATABASE_URL } = process.env
    process.env['DATABASE_URL'] = log.url
    try {
      await (await programFor(args)).parseAsync([...args, '--data', place.data], { from: 'user' })
    } catch (error) {
      return error as Failure
    } finally {
      if (DATABASE_URL === undefined) delete process.env['DATABASE_URL']
      else process.env['DATABASE_URL'] = DATABASE_URL
    }
    return assert.fail(`${args.join(' ')} was taken`)
  }
  async function video(id: string, edit: object): Promise<void> {
    for (const outcome of [
      await createVideo(log.db, id, {}, {}),
      await editVideo(log.db, id, { ...goodEdit, video_channel: 'camera', ...edit }, {}),
    ])
      if (isLeft(outcome)) assert.fail(JSON.stringify(outcome.left))
  }

  it('a template is added, shown, changed and listed', async () => {
    const added = await run(
      'template',
      'add',
      'window',
      png,
      '--attribution',
      'Ada',
      '--location',
      '40,20,120,70',
      '--json',
    )
    const image_sha256 = createHash('sha256')
      .update(await readFile(png))
      .digest('hex')
    const { changed_at, ...fields } = json<Template>(added)
    assert.deepEqual(fields, {
      ...{ name: 'window', width: 160, height: 90, description: '', attribution: 'Ada', changed_by: 'spec' },
      ...{ crop: null, location: [40, 20, 120, 70], image_sha256 },
    })
    assert.ok(Date.parse(changed_at) > 0)

    const again = join(place.folder, 'again.png')
    const shown = await run('template', 'show', 'window', '-o', again)
    for (const line of [/^name +window$/m, /^size +160x90$/m, /^crop +all$/m, /^location +40,20,120,70$/m, /by spec$/m])
      assert.match(shown.stdout, line)
    assert.deepEqual(await readFile(again), await readFile(png))

    const changes = ['--name', 'door', '--crop', '0,0,80,45', '--location', 'all', '--description', 'a door']
    const changed = json<Template>(await run('template', 'update', 'window', ...changes, '--json'))
    assert.deepEqual(
      [changed.name, changed.crop, changed.location, changed.attribution],
      ['door', [0, 0, 80, 45], null, 'Ada'],
    )
    await run('template', 'update', 'door', '--name', 'window', '--crop', 'all', '--location', '40,20,120,70')
    const [machine, people] = await Promise.all([run('template', 'list', '--json'), run('template', 'list')])
    assert.deepEqual(
      json<Template[]>(machine).map(({ name, crop }) => [name, crop]),
      [['window', null]],
    )
    assert.match(people.stdout, /^window +160x90 +all +40,20,120,70 +Ada +a door/m)
  })

  it('what is wrong with one is said in one line that names it, and nothing changes', async () => {
    const broken = join(place.folder, 'broken.png')
    await writeFile(broken, (await readFile(png)).subarray(0, 100))
    const text = await place.file('text.png', 'no image')
    const before = json(await run('template', 'list', '--json'))
    const uses: [args: string[], says: RegExp][] = [
      [['add', 'window', png], /^name: there is a template "window" already$/],
      [['add', 'new', jpeg], /^image: found image\/jpeg; allowed is image\/png/],
      [['add', 'new', text], /^file: .*text\.png: found something else; allowed is a PNG or JPEG image$/],
      [['add', 'new', broken], /^file: .*broken\.png: found a PNG that can't be read \(.*\); allowed is a whole PNG/],
      [['add', 'new', `${png}.gone`], /^file: ENOENT/],
      [
        ['add', 'new', png, '--crop', '1,2,3'],
        /^--crop: found "1,2,3"; allowed is LEFT,TOP,RIGHT,BOTTOM in pixels, or all$/,
      ],
      [['add', 'new', png, '--crop', '0,0,161,90'], /^crop: found 0,0,161,90; allowed is .* right <= 160 /],
      [['add', 'a/b', png], /^name: found "a\/b"; allowed is a name/],
      [['show', 'door'], /^there is no template "door"; allowed are window$/],
      [['update', 'door', '--name', 'x'], /^there is no template "door"; allowed are window$/],
      [['update', 'window'], /^nothing to change; allowed is any of --name/],
      [['update', 'window', '--image', jpeg, '--location', 'all'], /^image: found image\/jpeg/],
    ]
    for (const [args, says] of uses) {
      const { code, message } = await refusal('template', ...args)
      assert.deepEqual([code, lines(message).length], [2, 1], message)
      assert.match(message, says)
    }
    assert.deepEqual(json(await run('template', 'list', '--json')), before)
  })

  it('image add stores an image, which an edit then names', async () => {
    const added = json<{ sha256: string }>(await run('image', 'add', jpeg, '--json'))
    const bytes = await readFile(jpeg)
    const sha256 = createHash('sha256').update(bytes).digest('hex')
    assert.deepEqual(added, { sha256, contentType: 'image/jpeg', width: 64, height: 36, bytes: bytes.length })
    assert.equal((await run('image', 'add', jpeg)).stdout, `${sha256}\n`)

    await video('custom', { thumbnail_mode: 'CUSTOM', thumbnail_image: sha256 })
    const made = await run('thumbnail', 'custom', '-o', '-')
    assert.deepEqual([made.code, made.bytes], [0, bytes])
    const wrongName = await run('thumbnail', 'custom', '-o', join(place.folder, 'custom.png'))
    assert.equal(wrongName.code, 0)
    assert.match(wrongName.stderr, /custom\.png: it is image\/jpeg, whatever its name says\n$/)
    const endless = await refusal('image', 'add', '/dev/zero')
    assert.equal(endless.message, 'file: /dev/zero: found 10485761 bytes; allowed is at most 10485760 bytes')
  })

  it('thumbnail makes the picture of a video', async () => {
    const edit = { thumbnail_mode: 'TEMPLATE', thumbnail_template: 'window', thumbnail_time: at(2.5) }
    await video('templated', edit)
    const file = join(place.folder, 'thumbnail.png')
    const made = await run('thumbnail', 'templated', '-o', file, '--json')
    const { inputs, ...said } = json<{ inputs: string }>(made)
    const image = await readFile(file)
    assert.deepEqual(said, { file, contentType: 'image/png', bytes: image.length })
    assert.match(inputs, /^[0-9a-f]{64}$/)
    assert.deepEqual(sizeOfPng(image), { width: 160, height: 90 })
    assert.ok(isNear(await colourAt(image, 20, 10), YELLOW))
    assert.ok(isNear(await colourAt(image, 80, 45), GREEN))

    // whoever renames a template learns whom that concerns
    const renamed = await run('template', 'update', 'window', '--name', 'door')
    assert.deepEqual([renamed.code, renamed.stderr], [0, 'videos that still name it "window": 1\n'])
    const why = await refusal('thumbnail', 'templated', '-o', '-')
    assert.match(why.message, /thumbnail_template: found "window"; allowed is a template: door$/)
  })

  it('thumbnail says why there is none, and writes nothing', async () => {
    await video('none', {})
    await video('late', { thumbnail_mode: 'BARE', thumbnail_time: at(100) })
    const folder = join(place.folder, 'empty')
    await mkdir(folder)
    const uses: [args: string[], code: number, says: RegExp][] = [
      [['none', '-o', 'x.png'], 3, /^none has no thumbnail: its thumbnail_mode is NONE$/],
      [
        ['late', '-o', 'x.png'],
        1,
        /^late: thumbnail_time: no footage of camera, quality source, covers 2026-01-31T18:01:40/,
      ],
      [['nobody', '-o', 'x.png'], 4, /^there is no video nobody$/],
      [
        ['late', '-o', 'x.gif'],
        2,
        /^--output: found ".*x\.gif"; allowed is a name that ends in \.png, \.jpg or \.jpeg, or -$/,
      ],
      [['late', '-o', '-', '--json'], 2, /^--json and -o - both want standard output$/],
    ]
    for (const [args, code, says] of uses) {
      const why = await refusal('thumbnail', ...args.map((arg) => (arg.startsWith('x.') ? join(folder, arg) : arg)))
      assert.equal(why.code, code, why.message)
      assert.match(why.message, says)
    }
    assert.deepEqual(await readdir(folder), [])
  })
})
