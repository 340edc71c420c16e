import { exitCodes, Failure } from './failure.js'

/** @throws Failure for what is no number of pixels. */
export function sideOption(option: string, text: string | undefined, most: number): number | undefined {
  if (text === undefined) return undefined
  const side = Number(text)
  if (!Number.isInteger(side) || side < 1 || side > most)
    throw new Failure(`${option}: found ${JSON.stringify(text)}; allowed is 1 to ${most} pixels`, exitCodes.invalid)
  return side
}

/** Left, top, right, bottom in pixels; null for `all`. @throws Failure for anything else. */
export function boxOption(option: string, text: string): number[] | null {
  if (text === 'all') return null
  if (!/^\d{1,5}(,\d{1,5}){3}$/.test(text))
    throw new Failure(
      `${option}: found ${JSON.stringify(text)}; allowed is LEFT,TOP,RIGHT,BOTTOM in pixels, or all`,
      exitCodes.invalid,
    )
  return text.split(',').map(Number)
}
