import { exitCodes, Failure } from './failure.js'

/** @throws Failure for what is no number of pixels. */
export function sideOption(option: string, text: string | undefined, most: number): number | undefined {
  if (text === undefined) return undefined
  const side = Number(text)
  if (!Number.isInteger(side) || side < 1 || side > most)
    throw new Failure(`${option}: found ${JSON.stringify(text)}; allowed is 1 to ${most} pixels`, exitCodes.invalid)
  return side
}
