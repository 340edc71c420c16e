/** How the file of a publication is named where it is kept as a file: the same for video and edit, so publishing again replaces. */
import type { Publication } from './backend.js'

/** Letters and digits of any script stay; the rest becomes `_`, so that no title leaves its folder. Names end at 255 bytes. */
export function finalName({
  title,
  video,
  edit,
  extension,
}: Pick<Publication, 'title' | 'video' | 'edit' | 'extension'>): string {
  const plain = (text: string): string => text.replace(/[^\p{L}\p{N}_-]+/gu, '_')
  const within = (bytes: number, text: string): string => {
    let rest = text
    while (Buffer.byteLength(rest) > bytes) rest = [...rest].slice(0, -1).join('')
    return rest
  }
  return `${within(130, plain(title))}-${within(80, plain(video))}-${within(30, plain(edit))}.${extension}`
}
