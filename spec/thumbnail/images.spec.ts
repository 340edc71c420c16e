import assert from 'node:assert/strict'
import { register } from 'node:module'
import fc from 'fast-check'
import { isLeft, isRight } from 'fp-ts/lib/Either.js'
import sharp from 'sharp'
import { edit } from '../support/moment.js'
import { checkImage, LARGEST_IMAGE_BYTES } from '../../src/thumbnail/checkImage.js'
import { composeThumbnail } from '../../src/thumbnail/compose.js'
import { type Fitted, fitted } from '../../src/thumbnail/fitted.js'
import type { images as ownImages } from '../../src/thumbnail/images.js'
import { thumbnailInputs } from '../../src/thumbnail/inputs.js'
import { BLACK, BLUE, colourAt, GREEN, hugePng, isNear, noise, painted, RED } from '../support/pixels.js'

const said = async (bytes: Buffer): Promise<string> => {
  const checked = await checkImage(bytes)
  return isLeft(checked) ? checked.left : 'right'
}

describe('An image that somebody gives', function () {
  this.timeout(30_000)
  it('is a PNG or JPEG, of which size and kind are told', async () => {
    const png = await painted(30, 20, []).png().toBuffer()
    const jpeg = await noise(30, 20).jpeg().toBuffer()
    const checked = [await checkImage(png), await checkImage(jpeg)]
    assert.ok(checked.every(isRight))
    assert.deepEqual(
      checked.map(
        (one) => isRight(one) && [one.right.contentType, one.right.width, one.right.height, one.right.hasAlpha],
      ),
      [
        ['image/png', 30, 20, true],
        ['image/jpeg', 30, 20, false],
      ],
    )
  })

  it('is refused where it is something else, whatever a decoder might make of it', async () => {
    const others = {
      'no bytes': Buffer.alloc(0),
      'something else': Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'),
    }
    for (const [found, bytes] of Object.entries(others))
      assert.equal(await said(bytes), `found ${found}; allowed is a PNG or JPEG image`)
    for (const made of [noise(9, 9).webp(), noise(9, 9).gif(), noise(9, 9).tiff()])
      assert.equal(await said(await made.toBuffer()), 'found something else; allowed is a PNG or JPEG image')
  })

  it('is refused where its end is missing, or is damaged', async () => {
    const png = await noise(200, 100).png().toBuffer()
    const jpeg = await noise(200, 100).jpeg().toBuffer()
    const damaged = Buffer.from(png)
    damaged.fill(0x55, png.length >> 1, (png.length >> 1) + 50)
    const palette = await noise(40, 30).png({ palette: true }).toBuffer()
    // the first colour, so that the checksum of all of them is wrong
    palette[palette.indexOf('PLTE') + 4]! ^= 1
    for (const bytes of [palette, png.subarray(0, png.length * 0.9), jpeg.subarray(0, jpeg.length * 0.9), damaged])
      assert.match(
        await said(bytes),
        /^found a (PNG|JPEG) that can't be read \(.+\); allowed is a whole PNG or JPEG image$/,
      )
    for (const signature of [png.subarray(0, 8), jpeg.subarray(0, 3)])
      assert.match(await said(signature), /can't be read/)
  })

  it('damaged anywhere is refused in words, or else can be published', async () => {
    const images = [
      await noise(40, 30).png().toBuffer(),
      await noise(40, 30).png({ progressive: true, palette: true }).toBuffer(),
      await noise(40, 30).jpeg({ progressive: true }).toBuffer(),
      await noise(40, 30).withMetadata({ orientation: 6 }).jpeg().toBuffer(),
    ]
    const frame = await noise(20, 10).png().toBuffer()
    const damage = fc.array(fc.tuple(fc.double({ min: 0, max: 0.999, noNaN: true }), fc.nat(255)), { maxLength: 4 })
    let taken = 0
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...images), damage, async (image, changes) => {
        const bytes = Buffer.from(image)
        for (const [where, value] of changes) bytes[Math.floor(where * bytes.length)] = value
        const checked = await checkImage(bytes)
        if (isLeft(checked)) return assert.match(checked.left, /^found .+; allowed is .+$/)
        taken++
        const { contentType, width, height } = checked.right
        assert.ok(isRight(await fitted(bytes, bytes.length - 1)))
        if (contentType === 'image/png' && width * height < 1e6)
          assert.ok(isRight(await composeThumbnail(frame, bytes, null, null)))
      }),
      { numRuns: 150 },
    )
    assert.ok(taken > 10, `${taken} of 150 were taken`)
  })

  it('is refused by its header where its pixels would fill the memory', async () => {
    const bomb = hugePng(20_000, 20_000)
    assert.ok(bomb.length < 1_000_000)
    const before = process.memoryUsage().rss
    assert.equal(await said(bomb), 'found 20000x20000 pixels; allowed is at most 4096 pixels wide and 4096 high')
    assert.ok(process.memoryUsage().rss - before < 100e6)
    assert.match(await said(hugePng(4097, 10)), /^found 4097x10 pixels/)
    assert.equal(await said(hugePng(4096, 10)), 'right')
  })

  it('is refused by its length where that is past any image', async () => {
    const long = Buffer.concat([await noise(9, 9).png().toBuffer(), Buffer.alloc(LARGEST_IMAGE_BYTES)])
    assert.equal(await said(long), `found ${long.length} bytes; allowed is at most ${LARGEST_IMAGE_BYTES} bytes`)
  })
})

describe('An image that is published', function () {
  this.timeout(30_000)
  const fit = async (image: Buffer, most?: number): Promise<Fitted> => {
    const made = await fitted(image, most)
    if (isLeft(made)) throw new Error(made.left)
    return made.right
  }

  it('stays as it is, byte by byte, where it is small enough', async () => {
    const image = await painted(1280, 720, [{ left: 0, top: 0, width: 640, height: 720, colour: RED }])
      .png()
      .toBuffer()
    assert.deepEqual(await fit(image), { bytes: image, contentType: 'image/png' })
    assert.equal((await fit(image, image.length)).bytes, image)
  })

  it('of too many bytes is a JPEG of the same size and looks, the best that still fits', async () => {
    const image = await noise(1280, 720)
      .composite([
        {
          input: await painted(400, 400, [{ left: 0, top: 0, width: 400, height: 400, colour: BLUE }])
            .png()
            .toBuffer(),
          left: 0,
          top: 0,
        },
      ])
      .png()
      .toBuffer()
    const most = 800_000
    assert.ok(image.length > most)
    const { bytes, contentType } = await fit(image, most)
    const { format, width, height } = await sharp(bytes).metadata()
    assert.deepEqual([contentType, format, width, height], ['image/jpeg', 'jpeg', 1280, 720])
    assert.ok(bytes.length <= most && bytes.length > most / 3, `${bytes.length}`)
    assert.ok(isNear(await colourAt(bytes, 100, 100), BLUE))
  })

  it('is smaller in pixels where no quality is enough, and at last refused', async () => {
    const image = await noise(1400, 700).png().toBuffer()
    const { bytes } = await fit(image, 100_000)
    const { width = 0, height = 0 } = await sharp(bytes).metadata()
    assert.ok(bytes.length <= 100_000 && width < 1400 && Math.abs(width - 2 * height) <= 1, `${width}x${height}`)
    const refused = await fitted(image, 1000)
    assert.ok(isLeft(refused) && /more than 1000 bytes even when it is small/.test(refused.left))
  })

  it('of more pixels than anybody shows loses those before its quality', async () => {
    const image = await noise(2400, 800).png().toBuffer()
    const { width, height } = await sharp((await fit(image)).bytes).metadata()
    assert.deepEqual([width, height], [1920, 640])
  })

  it('is upright and without transparency as a JPEG', async () => {
    const lying = await painted(400, 200, [
      { left: 0, top: 0, width: 200, height: 200, colour: GREEN },
      { left: 200, top: 0, width: 200, height: 200, colour: RED },
    ])
      .withMetadata({ orientation: 6 })
      .jpeg({ quality: 100 })
      .toBuffer()
    const upright = (await fit(lying, lying.length - 1)).bytes
    const { width, height, orientation } = await sharp(upright).metadata()
    assert.deepEqual([width, height, orientation ?? 1], [200, 400, 1])
    assert.ok(isNear(await colourAt(upright, 100, 50), GREEN))
    const clear = await painted(300, 300, [{ left: 0, top: 0, width: 300, height: 300, colour: RED, alpha: 0 }])
      .png({ compressionLevel: 0 })
      .toBuffer()
    assert.ok(isNear(await colourAt((await fit(clear, 100_000)).bytes, 5, 5), BLACK))
  })
})

describe('What a thumbnail is made from', () => {
  const time = '2026-01-31T18:00:01.000Z'
  const template = { image_sha256: 'a'.repeat(64), crop: null, location: [0, 0, 100, 100] }
  const templated = { ...edit, thumbnail_mode: 'TEMPLATE', thumbnail_time: time, thumbnail_location: null } as const

  it('changes with whatever its mode looks at', () => {
    const hashes = [
      thumbnailInputs({ ...templated, thumbnail_mode: 'BARE' }, template),
      thumbnailInputs({ ...templated, thumbnail_mode: 'CUSTOM', thumbnail_image: 'b'.repeat(64) }, template),
      thumbnailInputs({ ...templated, thumbnail_mode: 'CUSTOM', thumbnail_image: 'c'.repeat(64) }, template),
      thumbnailInputs(templated, template),
      thumbnailInputs({ ...templated, thumbnail_time: '2026-01-31T18:00:01.001Z' }, template),
      thumbnailInputs({ ...templated, video_channel: 'other' }, template),
      thumbnailInputs({ ...templated, video_quality: '720p' }, template),
      thumbnailInputs({ ...templated, thumbnail_crop: [0, 0, 9, 9] }, template),
      thumbnailInputs({ ...templated, thumbnail_location: [0, 0, 9, 9] }, template),
      thumbnailInputs(templated, { ...template, image_sha256: 'd'.repeat(64) }),
      thumbnailInputs(templated, { ...template, crop: [0, 0, 8, 8] }),
      thumbnailInputs(templated, { ...template, location: null }),
    ]
    assert.ok(hashes.every((hash) => /^[0-9a-f]{64}$/.test(hash ?? '')))
    assert.equal(new Set(hashes).size, hashes.length)
  })

  it('stays the same whatever else changes, and is nothing where there is no thumbnail', () => {
    const bare = { ...templated, thumbnail_mode: 'BARE' } as const
    const custom = { ...templated, thumbnail_mode: 'CUSTOM', thumbnail_image: 'b'.repeat(64) } as const
    const same = [
      [thumbnailInputs(bare, template), thumbnailInputs({ ...bare, thumbnail_template: 'x', video_title: 'x' }, null)],
      [
        thumbnailInputs(custom, null),
        thumbnailInputs({ ...custom, thumbnail_time: null, video_channel: 'x' }, template),
      ],
      [
        thumbnailInputs(templated, template),
        thumbnailInputs({ ...templated, thumbnail_location: [0, 0, 100, 100] }, template),
      ],
      [thumbnailInputs({ ...templated, thumbnail_mode: 'NONE' }, template), null],
    ]
    for (const [one, other] of same) assert.equal(one, other)
  })
})

describe('The library of images', () => {
  it('is loaded another time where it could not be at first', async () => {
    // as where there are too many open files; for an instance of our own module alone
    const once = `let asked = 0
      export const resolve = async (name, context, next) => {
        if (name === 'sharp' && context.parentURL?.includes('unloadable') && asked++ === 0) throw new Error('EMFILE')
        return next(name, context)
      }`
    register(`data:text/javascript,${encodeURIComponent(once)}`)
    const path = '../../src/thumbnail/images.js?unloadable'
    const { images } = (await import(path)) as { images: typeof ownImages }
    await assert.rejects(images(), /EMFILE/)
    const open = await images()
    const { width } = await open(await painted(30, 20, []).png().toBuffer()).metadata()
    assert.equal(width, 30)
  })
})
