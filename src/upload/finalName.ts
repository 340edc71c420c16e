/** How a publication is named where it is kept as files: the same for video and edit, so publishing again replaces. */
import type { Publication } from './backend.js'

/**
 * Without an ending. Letters and digits of any script stay; the rest becomes `_`, so that no title leaves its folder. At most 242
 * bytes of the 255 that a file system takes: a number and an ending have room.
 */
export function finalStem({ title, video, edit }: Pick<Publication, 'title' | 'video' | 'edit'>): string {
  const plain = (text: string): string => text.replace(/[^\p{L}\p{N}_-]+/gu, '_')
  const within = (bytes: number, text: string): string => {
    let rest = text
    while (Buffer.byteLength(rest) > bytes) rest = [...rest].slice(0, -1).join('')
    return rest
  }
  return `${within(130, plain(title))}-${within(80, plain(video))}-${within(30, plain(edit))}`
}

/** Of a publication of one file. */
export const finalName = (of: Pick<Publication, 'title' | 'video' | 'edit' | 'extension'>): string =>
  `${finalStem(of)}.${of.extension}`
