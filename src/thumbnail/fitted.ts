/** An image that is small enough for its destination. */
import { type Either, left, right } from 'fp-ts/lib/Either.js'
import { type ImageType, typeOf } from './checkImage.js'
import { images, type Open, whyNot } from './images.js'

export interface Fitted {
  readonly bytes: Buffer
  readonly contentType: ImageType
}

/** What YouTube takes of a thumbnail, in bytes, and so do many other destinations. */
export const MOST_THUMBNAIL_BYTES = 2 * 1024 * 1024

/** Tried in this order, at each size. */
const qualities = [95, 90, 85, 80, 70, 60]
/** Of the longer side, in pixels. Whoever shows thumbnails shows them far smaller than 1920: what is larger is the first to go. */
const sides = [1920, 1280, 640]

/**
 * `image` as it is where it has at most `maxBytes`; else as a JPEG, of the best quality that has, and of fewer pixels only where
 * there are too many to be seen or no quality does. What is transparent is black then. Left for what is no PNG or JPEG that can be
 * read, and where nothing is small enough. Throws as of `images`.
 */
export async function fitted(image: Buffer, maxBytes: number = MOST_THUMBNAIL_BYTES): Promise<Either<string, Fitted>> {
  const contentType = typeOf(image)
  if (contentType === null) return left('found something else; allowed is a PNG or JPEG image')
  if (image.length <= maxBytes) return right({ bytes: image, contentType })
  const open = await images()
  try {
    return await reduced(open, image, maxBytes)
  } catch (error) {
    return left(`it can't be read (${whyNot(error)})`)
  }
}

async function reduced(open: Open, image: Buffer, maxBytes: number): Promise<Either<string, Fitted>> {
  for (const side of sides) {
    for (const quality of qualities) {
      const bytes = await open(image)
        .autoOrient()
        .flatten({ background: 'black' })
        .toColourspace('srgb')
        .resize({ width: side, height: side, fit: 'inside', withoutEnlargement: true })
        // letters have sharp edges of colour
        .jpeg({ quality, chromaSubsampling: '4:4:4' })
        .toBuffer()
      if (bytes.length <= maxBytes) return right({ bytes, contentType: 'image/jpeg' })
    }
  }
  return left(`found an image that has more than ${maxBytes} bytes even when it is small; allowed is at most that`)
}
