/** An image that is small enough for its destination. */
import { type Either, left, right } from 'fp-ts/lib/Either.js'
import { type ImageType, typeOf } from './checkImage.js'
import { images } from './images.js'

export interface Fitted {
  readonly bytes: Buffer
  readonly contentType: ImageType
}

/** What YouTube takes of a thumbnail, in bytes, and so do many other destinations. */
export const MOST_THUMBNAIL_BYTES = 2 * 1024 * 1024

/** Tried in this order: at the last of them, each further one is a smaller picture. */
const qualities = [95, 90, 85, 80, 70, 60]
const widths = [Infinity, 1920, 1280, 640]

/**
 * `image` as it is where it has at most `maxBytes`; else as a JPEG of the best quality that has, smaller in pixels only where no
 * quality does. What is transparent is black then. Left for what is neither PNG nor JPEG, and where nothing is small enough.
 */
export async function fitted(image: Buffer, maxBytes: number = MOST_THUMBNAIL_BYTES): Promise<Either<string, Fitted>> {
  const contentType = typeOf(image)
  if (contentType === null) return left('found something else; allowed is a PNG or JPEG image')
  if (image.length <= maxBytes) return right({ bytes: image, contentType })
  const open = await images()
  for (const width of widths) {
    for (const quality of qualities) {
      const made = open(image).autoOrient().flatten({ background: 'black' }).toColourspace('srgb')
      if (width < Infinity) made.resize({ width, height: width, fit: 'inside', withoutEnlargement: true })
      // letters have sharp edges of colour
      const bytes = await made.jpeg({ quality, chromaSubsampling: '4:4:4' }).toBuffer()
      if (bytes.length <= maxBytes) return right({ bytes, contentType: 'image/jpeg' })
    }
  }
  return left(`found an image that has more than ${maxBytes} bytes even when it is small; allowed is at most that`)
}
