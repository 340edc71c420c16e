/** The library that reads and makes images, and within which limits. It is loaded where an image is made: that takes a while. */
import type { Sharp, SharpOptions } from 'sharp'

export type Open = (input: Buffer, options?: SharpOptions) => Sharp

let loaded: Promise<Open> | undefined

/** In pixels, of any image that is read. Whatever a header says, there is no more memory for it. */
export const MOST_PIXELS = 2 ** 26
/** Of processor time for one image, in seconds. */
const PATIENCE_SECONDS = 30

/**
 * Opens images of at most MOST_PIXELS. What is cut off or damaged fails when it is read, rather than being grey.
 * @throws where the library can't be loaded: that is no fault of an image, and another time it may be.
 */
export function images(): Promise<Open> {
  loaded ??= load().catch((error: unknown) => {
    loaded = undefined
    throw error
  })
  return loaded
}

async function load(): Promise<Open> {
  const { default: sharp } = await import('sharp')
  // a node lives for weeks, and hardly ever makes the same image twice
  sharp.cache(false)
  return (input, options = {}) =>
    // not 'warning': many a good PNG has a profile with a small fault
    sharp(input, { failOn: 'error', limitInputPixels: MOST_PIXELS, ...options }).timeout({ seconds: PATIENCE_SECONDS })
}

/** What the library says of an image that it can't read or make, on one line. */
export function whyNot(error: unknown): string {
  const text = (error instanceof Error ? error.message : String(error)).replace(/\s+/g, ' ').trim().slice(0, 200)
  return text === 'Unknown error' ? 'it is damaged' : text
}
