/** Images for specs, and what colour they have where. */
import { deflateSync, crc32 } from 'node:zlib'
import sharp, { type Sharp } from 'sharp'

export type Rgb = readonly [red: number, green: number, blue: number]

export const RED: Rgb = [255, 0, 0]
export const GREEN: Rgb = [0, 255, 0]
export const BLUE: Rgb = [0, 0, 255]
export const WHITE: Rgb = [255, 255, 255]
export const BLACK: Rgb = [0, 0, 0]

export interface Area {
  readonly left: number
  readonly top: number
  readonly width: number
  readonly height: number
  readonly colour: Rgb
  /** 0 is transparent, 1 (the default) opaque. */
  readonly alpha?: number
}

/** Areas painted over one another on a transparent ground. Each replaces what is under it, alpha and all. */
export function painted(width: number, height: number, areas: readonly Area[]): Sharp {
  const data = Buffer.alloc(width * height * 4)
  for (const { left, top, colour, alpha = 1, ...area } of areas)
    for (let y = top; y < top + area.height; y++)
      for (let x = left; x < left + area.width; x++) data.set([...colour, Math.round(alpha * 255)], (y * width + x) * 4)
  return sharp(data, { raw: { width, height, channels: 4 } })
}

/** Grey noise, which no compression makes small. */
export function noise(width: number, height: number): Sharp {
  return sharp({
    create: { width, height, channels: 3, background: 'black', noise: { type: 'gaussian', mean: 128, sigma: 60 } },
  })
}

/** The colour at a place; of an image with transparency as it is over black. */
export async function colourAt(image: Buffer, x: number, y: number): Promise<Rgb> {
  const { data, info } = await sharp(image)
    .flatten({ background: 'black' })
    .toColourspace('srgb')
    .raw()
    .toBuffer({ resolveWithObject: true })
  const at = (y * info.width + x) * info.channels
  return [data[at] ?? NaN, data[at + 1] ?? NaN, data[at + 2] ?? NaN]
}

export const isNear = (one: Rgb, other: Rgb, tolerance = 12): boolean =>
  one.every((value, index) => Math.abs(value - (other[index] ?? NaN)) <= tolerance)

/** A PNG whose header promises `width` and `height`, of hardly any bytes: all its pixels are 0. */
export function hugePng(width: number, height: number): Buffer {
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  // one bit a pixel, grey
  header.set([1, 0, 0, 0, 0], 8)
  const rows = deflateSync(Buffer.alloc((1 + Math.ceil(width / 8)) * height))
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    ...[chunk('IHDR', header), chunk('IDAT', rows), chunk('IEND', Buffer.alloc(0))],
  ])
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data])
  const framed = Buffer.alloc(body.length + 8)
  framed.writeUInt32BE(data.length, 0)
  body.copy(framed, 4)
  framed.writeUInt32BE(crc32(body), body.length + 4)
  return framed
}
