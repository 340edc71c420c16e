/** Whether what somebody gives us as an image is one. */
import { type Either, left, right } from 'fp-ts/lib/Either.js'
import { LARGEST_IMAGE_SIDE, type Size } from '../../machines/thumbnail.js'
import { images, whyNot } from './images.js'

export type ImageType = 'image/png' | 'image/jpeg'

export interface CheckedImage extends Size {
  /** As they were given. */
  readonly bytes: Buffer
  readonly contentType: ImageType
  /** Some of it may be transparent. */
  readonly hasAlpha: boolean
}

/** In bytes. Far more than any destination takes: what is published is made smaller. */
export const LARGEST_IMAGE_BYTES = 10 * 1024 * 1024

const signatures: readonly [ImageType, Buffer][] = [
  ['image/png', Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])],
  ['image/jpeg', Buffer.from([0xff, 0xd8, 0xff])],
]

/**
 * A PNG or JPEG that can be decoded to its last pixel. Nothing else reaches a decoder: by its first bytes it is one of the two, and
 * by its header it is small enough. Left: `found …; allowed is …`.
 */
export async function checkImage(bytes: Buffer): Promise<Either<string, CheckedImage>> {
  if (bytes.length > LARGEST_IMAGE_BYTES) return refuse(`${bytes.length} bytes`, `at most ${LARGEST_IMAGE_BYTES} bytes`)
  const contentType = typeOf(bytes)
  if (contentType === null) return refuse(bytes.length === 0 ? 'no bytes' : 'something else', 'a PNG or JPEG image')
  const open = await images()
  try {
    const { width, height, hasAlpha } = await open(bytes, { limitInputPixels: false }).metadata()
    const side = LARGEST_IMAGE_SIDE
    if (Math.max(width, height) > side)
      return refuse(`${width}x${height} pixels`, `at most ${side} pixels wide and ${side} high`)
    // what is kept is read in the same way later: other ways overlook some damage. Few bytes come of it
    await open(bytes).flatten().toColourspace('srgb').jpeg({ quality: 1 }).toBuffer()
    return right({ bytes, contentType, width, height, hasAlpha })
  } catch (error) {
    return refuse(`${nameOf[contentType]} that can't be read (${whyNot(error)})`, 'a whole PNG or JPEG image')
  }
}

const nameOf: Readonly<Record<ImageType, string>> = { 'image/png': 'a PNG', 'image/jpeg': 'a JPEG' }

const refuse = (found: string, allowed: string) => left(`found ${found}; allowed is ${allowed}`)

/** By the first bytes; null for anything else. */
export function typeOf(bytes: Buffer): ImageType | null {
  const found = signatures.find(([, signature]) => bytes.subarray(0, signature.length).equals(signature))
  return found?.[0] ?? null
}
