/** How much room a text takes, without a browser to ask: a little more than the widest of the usual system fonts needs. */

const narrow = /[ijltfrI.,:;'|!()[\] -]/
const wide = /[mwMW@%_]/
const capital = /[A-Z0-9→↻⇠▸]/

/** Pixels that one line of `text` takes at most, in a font of `size` pixels. */
export function widthOf(text: string, size: number, bold = false): number {
  let em = 0
  for (const character of text)
    em += narrow.test(character) ? 0.36 : wide.test(character) ? 0.9 : capital.test(character) ? 0.72 : 0.61
  return Math.ceil(em * size * (bold ? 1.09 : 1))
}

/** `words` with `separator` between them, broken into lines of at most `width` pixels; a longer word stands alone. */
export function wrap(words: readonly string[], separator: string, width: number, size: number): string[] {
  const lines: string[] = []
  for (const [i, word] of words.entries()) {
    const text = i < words.length - 1 ? `${word}${separator}` : word
    const last = lines.at(-1)
    const longer = `${last} ${text}`
    if (last !== undefined && widthOf(longer, size) <= width) lines[lines.length - 1] = longer
    else lines.push(text)
  }
  return lines
}

/** Text as it may stand in XML, between tags or in an attribute. */
export const escaped = (text: string): string =>
  text.replace(/[&<>"']/g, (character) => `&#${character.codePointAt(0)};`)
