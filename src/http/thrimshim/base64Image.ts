/** Images as they come in JSON. */
import { type Either, isLeft, left, right } from 'fp-ts/lib/Either.js'
import type { FieldProblem } from '../../../machines/problems.js'
import { checkImage, type CheckedImage, LARGEST_IMAGE_BYTES } from '../../thumbnail/checkImage.js'

/** Of a body with such an image in it. */
export const IMAGE_BODY_BYTES = Math.ceil(LARGEST_IMAGE_BYTES / 3) * 4 + 128 * 1024

const PNG = 'a PNG image in base64'

/** A whole PNG, or what is wrong with `field`. */
export async function pngOf(field: string, text: unknown): Promise<Either<FieldProblem, CheckedImage>> {
  const wrong = (found: string, allowed = PNG) => left({ field, found, allowed })
  if (typeof text !== 'string') return wrong(text === undefined ? 'nothing' : JSON.stringify(text).slice(0, 80))
  const letters = text.replace(/[\r\n]/g, '')
  if (letters === '' || letters.length % 4 !== 0 || !/^[A-Za-z0-9+/]+={0,2}$/.test(letters))
    return wrong(letters === '' ? 'an empty text' : 'what is not base64')
  const checked = await checkImage(Buffer.from(letters, 'base64'))
  if (isLeft(checked)) {
    const [, found = checked.left, allowed = PNG] = /^found (.*); allowed is (.*)$/.exec(checked.left) ?? []
    return wrong(found, allowed)
  }
  return checked.right.contentType === 'image/png' ? right(checked.right) : wrong('a JPEG')
}
