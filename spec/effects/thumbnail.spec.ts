import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { isLeft, isRight } from 'fp-ts/lib/Either.js'
import sharp from 'sharp'
import type { Edit } from '../../machines/edit.js'
import { sizeOfPng } from '../../src/cut/frame.js'
import { makeThumbnail, type Making, type Thumbnail, wantedInputs } from '../../src/effects/thumbnail.js'
import { keepBlob } from '../../src/log/blobs.js'
import { addTemplate, updateTemplate } from '../../src/log/templates.js'
import { MOST_THUMBNAIL_BYTES } from '../../src/thumbnail/fitted.js'
import { temporaryFolder } from '../segments/temporaryFolder.js'
import { recordColours } from '../support/colourStream.js'
import { type TestLog, testLog } from '../support/log.js'
import { edit } from '../support/moment.js'
import { colourAt, isNear, noise, painted, type Rgb } from '../support/pixels.js'

const T0 = Date.UTC(2026, 0, 1, 12)
const at = (seconds: number) => new Date(T0 + seconds * 1000).toISOString()
const YELLOW: Rgb = [255, 255, 0]
const RED: Rgb = [255, 0, 0]
const GREEN: Rgb = [0, 255, 0]

describe('The thumbnail of a video', function () {
  this.timeout(30_000)
  let folder: { path: string; remove: () => Promise<void> }
  let root: string
  let paths: string[]
  let log: TestLog
  before(async () => {
    folder = await temporaryFolder()
    root = join(folder.path, 'segments')
    paths = await recordColours(root, T0, { colours: ['red', 'lime', 'blue', 'white'], width: 320, height: 180 })
    log = await testLog()
    // 160x90: yellow, but for a window in the middle
    const bytes = await painted(160, 90, [
      { left: 0, top: 0, width: 160, height: 90, colour: YELLOW },
      { left: 40, top: 20, width: 80, height: 50, colour: YELLOW, alpha: 0 },
    ])
      .png()
      .toBuffer()
    const image = { bytes, contentType: 'image/png', width: 160, height: 90 }
    const added = await addTemplate(log.db, { name: 'window', location: [40, 20, 120, 70] }, image, {})
    assert.ok(isRight(added))
  })
  after(async () => {
    await log.close()
    await folder.remove()
  })

  const of = (over: Partial<Edit>): Edit => ({ ...edit, video_channel: 'camera', thumbnail_location: null, ...over })
  const make = (over: Partial<Edit>, making: Partial<Making> = {}, from = root) =>
    makeThumbnail(log.db, from, of(over), { signal: new AbortController().signal, ...making })
  async function made(...args: Parameters<typeof make>): Promise<Thumbnail> {
    const outcome = await make(...args)
    if (outcome === null || isLeft(outcome)) return assert.fail(JSON.stringify(outcome))
    return outcome.right
  }
  async function refusal(...args: Parameters<typeof make>): Promise<string> {
    const outcome = await make(...args)
    return outcome !== null && isLeft(outcome) ? outcome.left.message : assert.fail('it was made')
  }
  const templated = { thumbnail_mode: 'TEMPLATE', thumbnail_template: 'window', thumbnail_time: at(3) } as const

  it('is none in the mode NONE', async () => {
    assert.equal(await make({}), null)
  })

  it('is the frame of its time in the mode BARE', async () => {
    for (const [seconds, colour] of [
      [1.5, RED],
      [2.5, GREEN],
      [5, [0, 0, 255]],
    ] as const) {
      const { bytes, contentType } = await made({ thumbnail_mode: 'BARE', thumbnail_time: at(seconds) })
      assert.deepEqual([contentType, sizeOfPng(bytes)], ['image/png', { width: 320, height: 180 }])
      assert.ok(isNear(await colourAt(bytes, 160, 90), colour), `${seconds} s`)
    }
  })

  it('is the frame under its template in the mode TEMPLATE, where the template or else the edit says', async () => {
    const { bytes } = await made(templated)
    assert.deepEqual(sizeOfPng(bytes), { width: 160, height: 90 })
    const colours = async (image: Buffer) =>
      Promise.all(
        [
          [20, 45],
          [45, 45],
          [80, 45],
          [115, 65],
        ].map(([x = 0, y = 0]) => colourAt(image, x, y)),
      )
    const assertColours = async (image: Buffer, expected: readonly Rgb[]) =>
      assert.ok(
        (await colours(image)).every((colour, i) => isNear(colour, expected[i] ?? RED)),
        JSON.stringify(await colours(image)),
      )
    await assertColours(bytes, [YELLOW, GREEN, GREEN, GREEN])
    const moved = await made({ ...templated, thumbnail_location: [60, 20, 160, 70], thumbnail_time: at(1) })
    await assertColours(moved.bytes, [YELLOW, [0, 0, 0], RED, RED])
  })

  it('is the stored image, byte by byte, in the mode CUSTOM', async () => {
    const image = await noise(300, 200).jpeg().toBuffer()
    const sha256 = await keepBlob(log.db, 'image/jpeg', image)
    const custom = { thumbnail_mode: 'CUSTOM', thumbnail_image: sha256 } as const
    const { bytes, contentType } = await made(custom, {}, '/nowhere')
    assert.deepEqual([bytes, contentType], [image, 'image/jpeg'])
  })

  it('is never larger than its destination takes', async () => {
    const loud = join(folder.path, 'loud')
    await recordColours(loud, T0, { colours: ['gray'], width: 640, height: 360, noise: true })
    const bare = { thumbnail_mode: 'BARE', thumbnail_time: at(1) } as const
    const whole = await made(bare, {}, loud)
    const maxBytes = Math.round(whole.bytes.length / 2)
    const fit = await made(bare, { maxBytes }, loud)
    const { format, width, height } = await sharp(fit.bytes).metadata()
    assert.deepEqual([fit.contentType, format, width, height], ['image/jpeg', 'jpeg', 640, 360])
    assert.ok(fit.bytes.length <= maxBytes, `${fit.bytes.length} of ${maxBytes}`)
    // without being told, 2 MiB
    const custom = await noise(1200, 800).png().toBuffer()
    assert.ok(custom.length > MOST_THUMBNAIL_BYTES, String(custom.length))
    const sha256 = await keepBlob(log.db, 'image/png', custom)
    const small = await made({ thumbnail_mode: 'CUSTOM', thumbnail_image: sha256 })
    assert.ok(small.contentType === 'image/jpeg' && small.bytes.length <= MOST_THUMBNAIL_BYTES)
  })

  it('is the same again from the same inputs, whose hash is known without making it', async () => {
    const [one, other] = [await made(templated), await made(templated)]
    const hash = ({ bytes }: Thumbnail) => createHash('sha256').update(bytes).digest('hex')
    assert.deepEqual([hash(one), one.inputs], [hash(other), other.inputs])
    assert.deepEqual(await wantedInputs(log.db, of(templated)), { _tag: 'Right', right: one.inputs })
    assert.deepEqual(await wantedInputs(log.db, of({})), { _tag: 'Right', right: null })
  })

  it('has other inputs when its template is changed, but not when that is only described anew', async () => {
    const wanted = async () => {
      const inputs = await wantedInputs(log.db, of(templated))
      return isRight(inputs) ? inputs.right : assert.fail(inputs.left.message)
    }
    const before = await wanted()
    await updateTemplate(log.db, 'window', { description: 'a window', attribution: 'Ada' }, null, {})
    assert.equal(await wanted(), before)
    await updateTemplate(log.db, 'window', { crop: [0, 0, 80, 45] }, null, {})
    const cropped = await wanted()
    assert.notEqual(cropped, before)
    assert.equal((await made(templated)).inputs, cropped)
    await updateTemplate(log.db, 'window', { crop: null }, null, {})
    assert.equal(await wanted(), before)
  })

  it('cannot be made of what is missing, and says of what', async () => {
    const gone = { ...templated, thumbnail_template: 'door' }
    assert.equal(await refusal(gone), 'thumbnail_template: found "door"; allowed is a template: window')
    assert.ok(isLeft(await wantedInputs(log.db, of(gone))))
    assert.match(await refusal({ thumbnail_mode: 'BARE' }), /^thumbnail_time: found nothing/)
    assert.match(
      await refusal({ thumbnail_mode: 'CUSTOM', thumbnail_image: 'f'.repeat(64) }),
      /f{64}, which is not stored/,
    )
    assert.match(await refusal({ ...templated, thumbnail_crop: [0, 0, 161, 90] }), /^thumbnail_crop: found 0,0,161,90/)
    // it came here without having been looked at
    const damaged = (await noise(300, 200).jpeg().toBuffer()).subarray(0, 5000)
    const thumbnail_image = await keepBlob(log.db, 'image/jpeg', damaged)
    const custom = { thumbnail_mode: 'CUSTOM', thumbnail_image } as const
    assert.match(await refusal(custom, { maxBytes: 4000 }), /^thumbnail: it can't be read \(.+\)$/)
    const late = { thumbnail_mode: 'BARE', thumbnail_time: at(60) } as const
    const says = 'thumbnail_time: no footage of camera, quality source, covers 2026-01-01T12:01:00.000Z'
    assert.equal(await refusal(late), says)
    assert.match(await refusal({ ...templated, video_channel: 'other' }), /^thumbnail_time: no footage of other/)
    await rm(paths[3] ?? assert.fail())
    const hole = { ...late, thumbnail_time: at(7) }
    assert.match(await refusal(hole), /^thumbnail_time: no footage of camera, quality source, covers .*12:00:07.000Z$/)
  })

  it('says whether it is footage that is missing, which another node may have', async () => {
    for (const [over, mayPass] of [
      [{ thumbnail_mode: 'BARE', thumbnail_time: at(60) }, true],
      [{ thumbnail_mode: 'BARE' }, false],
      [{ ...templated, thumbnail_template: 'door' }, false],
    ] as const) {
      const outcome = await make(over)
      assert.ok(outcome !== null && isLeft(outcome))
      assert.equal(outcome.left.mayPass, mayPass, outcome.left.message)
    }
  })

  it('stops with the reason of the signal', async () => {
    const signal = AbortSignal.abort(new Error('no longer wanted'))
    await assert.rejects(make(templated, { signal }), /no longer wanted/)
  })
})
