import assert from 'node:assert/strict'
import { isLeft, isRight } from 'fp-ts/lib/Either.js'
import sharp, { type Sharp } from 'sharp'
import { sizeOfPng } from '../../src/cut/frame.js'
import { type Box, composeThumbnail } from '../../src/thumbnail/compose.js'
import { BLACK, BLUE, colourAt, GREEN, isNear, painted, RED, type Rgb, WHITE } from '../support/pixels.js'

/** A frame of four quarters: red and green above, blue and white below. */
const frameOf = (width: number, height: number): Promise<Buffer> => {
  const half = { width: width / 2, height: height / 2 }
  return painted(width, height, [
    { left: 0, top: 0, ...half, colour: RED },
    { left: width / 2, top: 0, ...half, colour: GREEN },
    { left: 0, top: height / 2, ...half, colour: BLUE },
    { left: width / 2, top: height / 2, ...half, colour: WHITE },
  ])
    .removeAlpha()
    .png()
    .toBuffer()
}

const YELLOW: Rgb = [255, 255, 0]

/** 400x200: yellow, with a hole from 100,50 to 300,150 of which the left half is half transparent. */
const windowed = () =>
  painted(400, 200, [
    { left: 0, top: 0, width: 400, height: 200, colour: YELLOW },
    { left: 100, top: 50, width: 200, height: 100, colour: YELLOW, alpha: 0 },
    { left: 100, top: 50, width: 100, height: 100, colour: YELLOW, alpha: 0.5 },
  ])
    .png()
    .toBuffer()

async function composed(frame: Buffer, template: Buffer, crop: Box | null, location: Box | null): Promise<Buffer> {
  const made = await composeThumbnail(frame, template, crop, location)
  if (isLeft(made)) throw new Error(made.left)
  return made.right
}

async function assertColours(image: Buffer, expected: readonly [x: number, y: number, colour: Rgb][]): Promise<void> {
  for (const [x, y, colour] of expected) {
    const found = await colourAt(image, x, y)
    assert.ok(isNear(found, colour), `at ${x},${y}: found ${found.join(',')}, expected ${colour.join(',')}`)
  }
}

describe('A frame under a template', () => {
  it('is seen where the template is transparent, by as much as it is', async () => {
    const image = await composed(await frameOf(400, 200), await windowed(), null, null)
    assert.deepEqual(sizeOfPng(image), { width: 400, height: 200 })
    await assertColours(image, [
      [50, 25, YELLOW],
      [350, 175, YELLOW],
      [250, 75, GREEN],
      [250, 125, WHITE],
      // half red and half blue, under half of yellow
      [150, 75, [255, 128, 0]],
      [150, 125, [128, 128, 128]],
    ])
  })

  it('is cropped, scaled to its location, and nowhere else', async () => {
    const clear = await painted(400, 200, []).png().toBuffer()
    // only the lower right quarter and a bit of the others, into a box of another aspect
    const image = await composed(await frameOf(400, 200), clear, [150, 75, 400, 200], [10, 20, 110, 120])
    await assertColours(image, [
      [12, 22, RED],
      [108, 22, GREEN],
      [12, 118, BLUE],
      [108, 118, WHITE],
      // 50 of 250 columns and 25 of 125 rows are left of and above the middle of the frame
      [27, 70, BLUE],
      [33, 70, WHITE],
      [70, 37, GREEN],
      [70, 43, WHITE],
      [9, 60, BLACK],
      [111, 60, BLACK],
      [60, 19, BLACK],
      [60, 121, BLACK],
    ])
  })

  it('of another size than the template is the same picture in the same boxes', async () => {
    for (const [width, height] of [
      [800, 400],
      [160, 90],
    ] as const) {
      const frame = await frameOf(width, height)
      const clear = await painted(400, 200, []).png().toBuffer()
      const image = await composed(frame, clear, [100, 50, 300, 150], [200, 100, 400, 200])
      await assertColours(image, [
        [205, 105, RED],
        [395, 105, GREEN],
        [205, 195, BLUE],
        [395, 195, WHITE],
        [100, 50, BLACK],
      ])
    }
  })

  it('comes under templates of every kind of PNG', async () => {
    const frame = await frameOf(400, 200)
    const kinds: Record<string, Sharp> = {
      palette: sharp(await windowed()).png({ palette: true }),
      sixteen: sharp(await windowed())
        .toColourspace('rgb16')
        .png(),
      interlaced: sharp(await windowed()).png({ progressive: true }),
    }
    for (const [kind, made] of Object.entries(kinds)) {
      const image = await composed(frame, await made.toBuffer(), null, null)
      assert.deepEqual(
        [await colourAt(image, 50, 25), await colourAt(image, 250, 75)].map((found, i) =>
          isNear(found, [YELLOW, GREEN][i] ?? BLACK),
        ),
        [true, true],
        kind,
      )
      const { channels, depth, format } = await sharp(image).metadata()
      assert.deepEqual({ channels, depth, format }, { channels: 3, depth: 'uchar', format: 'png' }, kind)
    }
    const grey = await painted(400, 200, [{ left: 0, top: 0, width: 200, height: 200, colour: [90, 90, 90] }])
      .toColourspace('b-w')
      .png()
      .toBuffer()
    assert.equal((await sharp(grey).metadata()).channels, 2)
    await assertColours(await composed(frame, grey, null, null), [
      [50, 25, [90, 90, 90]],
      [350, 25, GREEN],
    ])
    const opaque = await sharp(await windowed())
      .removeAlpha()
      .png()
      .toBuffer()
    await assertColours(await composed(frame, opaque, null, null), [[250, 75, YELLOW]])
  })

  it('stays away where a box is not in the template: which, and what is allowed', async () => {
    const frame = await frameOf(400, 200)
    const boxes: [Box | null, Box | null, RegExp][] = [
      [
        [0, 0, 401, 200],
        null,
        /^crop: found 0,0,401,200; allowed is left,top,right,bottom with 0 <= left < right <= 400/,
      ],
      [null, [-1, 0, 10, 10], /^location: found -1,0,10,10; .* 0 <= top < bottom <= 200$/],
      [[5, 5, 5, 9], [9, 9, 8, 8], /^crop: .*; location: /],
    ]
    for (const [crop, location, says] of boxes) {
      const made = await composeThumbnail(frame, await windowed(), crop, location)
      assert.ok(isLeft(made) && says.test(made.left), JSON.stringify(made))
    }
    const damaged = (await windowed()).subarray(0, 200)
    const unread = await composeThumbnail(frame, damaged, null, null)
    assert.ok(isLeft(unread) && /^an image can't be read \(.+\)$/.test(unread.left), JSON.stringify(unread))
    assert.ok(isRight(await composeThumbnail(frame, await windowed(), [399, 199, 400, 200], [0, 0, 1, 1])))
  })
})
