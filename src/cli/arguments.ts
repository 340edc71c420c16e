/** Values of options that more than one command takes. */
import { InvalidArgumentError } from 'commander'

export function whole(text: string): number {
  const n = Number(text)
  if (!Number.isSafeInteger(n) || n < 1) throw new InvalidArgumentError('A whole number of 1 or more is allowed.')
  return n
}

/** An empty text is a shell's variable that nobody has set; a default in its place would act on what nobody meant. */
export function filled(text: string): string {
  if (text === '') throw new InvalidArgumentError('It is empty.')
  return text
}
