/** A frame of the stream under a template. */
import { type Either, left, right } from 'fp-ts/lib/Either.js'
import type { Sharp } from 'sharp'
import { describeProblem } from '../../machines/problems.js'
import { checkBox } from '../../machines/thumbnail.js'
import { images, type Open, whyNot } from './images.js'

/** Left, top, right, bottom, in pixels of the template. */
export type Box = readonly number[]

/**
 * `frame` and `template` are images, of which the template has the transparency. The frame is scaled to the template's
 * size, should it have another, cropped to `crop`, scaled to the box `location` and laid under the template there; null is
 * all of it. Where nothing is under a transparent place, it is black. A PNG of the template's size.
 *
 * Left where a box is not in the template, or an image can't be read.
 */
export async function composeThumbnail(
  frame: Buffer,
  template: Buffer,
  crop: Box | null,
  location: Box | null,
): Promise<Either<string, Buffer>> {
  const open = await images()
  try {
    return await composed(open, frame, template, crop, location)
  } catch (error) {
    return left(`an image can't be read (${whyNot(error)})`)
  }
}

async function composed(
  open: Open,
  frame: Buffer,
  template: Buffer,
  crop: Box | null,
  location: Box | null,
): Promise<Either<string, Buffer>> {
  const over = await pixels(open(template).ensureAlpha())
  const { width, height } = over.info
  const all = [0, 0, width, height]
  const [from, to] = [crop ?? all, location ?? all]
  const wrong = [...checkBox('crop', from, over.info), ...checkBox('location', to, over.info)]
  if (wrong.length > 0) return left(wrong.map(describeProblem).join('; '))
  const under = await part(open, frame, over.info, from, to)
  const made = open(blank(over.info), { raw: { width, height, channels: 3 } })
    .composite([
      { input: under.data, raw: raw(under.info), left: to[0] ?? 0, top: to[1] ?? 0 },
      { input: over.data, raw: raw(over.info), left: 0, top: 0 },
    ])
    .removeAlpha()
  return right(await made.png().toBuffer())
}

interface Pixels {
  readonly data: Buffer
  readonly info: { readonly width: number; readonly height: number; readonly channels: 1 | 2 | 3 | 4 }
}

const raw = ({ width, height, channels }: Pixels['info']) => ({ width, height, channels })

const blank = ({ width, height }: Pixels['info']): Buffer => Buffer.alloc(width * height * 3)

/** Eight bits a channel, whatever there was. */
const pixels = (image: Sharp): Promise<Pixels> =>
  image.toColourspace('srgb').raw().toBuffer({ resolveWithObject: true })

/** The part `from` of the frame, in the size of `to`. */
async function part(open: Open, frame: Buffer, size: Pixels['info'], from: Box, to: Box): Promise<Pixels> {
  const { width, height } = await open(frame).metadata()
  const cropped = (image: Sharp) =>
    pixels(
      image.extract({ left: from[0] ?? 0, top: from[1] ?? 0, ...sizeOf(from) }).resize({ ...sizeOf(to), fit: 'fill' }),
    )
  if (width === size.width && height === size.height) return cropped(open(frame).removeAlpha())
  const scaled = await pixels(open(frame).removeAlpha().resize({ width: size.width, height: size.height, fit: 'fill' }))
  return cropped(open(scaled.data, { raw: raw(scaled.info) }))
}

const sizeOf = ([left = 0, top = 0, right = 0, bottom = 0]: Box) => ({ width: right - left, height: bottom - top })
