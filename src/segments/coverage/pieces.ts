/** An hour as the map shows it: a piece for every two seconds, written as runs of one kind, such as `f900m3f897`. */
import type { Range } from '../segment.js'

export const PIECE_SECONDS = 2
export const PIECES_AN_HOUR = 3600 / PIECE_SECONDS

/** `m`: a part of it is missing; `n`: it is there, but not all of it in full segments; `f`: it is there in full. */
export type Piece = 'f' | 'n' | 'm'

/** @param full what full segments cover, @param any what any do; both within the hour. */
export function piecesOf(startMs: number, full: readonly Range[], any: readonly Range[]): string {
  const hour = { startMs, endMs: startMs + 3_600_000 }
  const pieces = new Array<Piece>(PIECES_AN_HOUR).fill('m')
  const paint = (stretches: readonly Range[], piece: Piece): void => {
    for (const stretch of stretches) {
      // those that are wholly in it
      const from = Math.ceil((Math.max(stretch.startMs, hour.startMs) - startMs) / (PIECE_SECONDS * 1000))
      const to = Math.floor((Math.min(stretch.endMs, hour.endMs) - startMs) / (PIECE_SECONDS * 1000))
      if (to > from) pieces.fill(piece, from, to)
    }
  }
  paint(any, 'n')
  paint(full, 'f')
  return written(pieces)
}

export function written(pieces: readonly Piece[]): string {
  let text = ''
  for (let from = 0; from < pieces.length;) {
    let to = from
    while (to < pieces.length && pieces[to] === pieces[from]) to++
    text += `${pieces[from]}${to - from}`
    from = to
  }
  return text
}

/** All pieces of an hour; what a text does not say is missing. */
export function readPieces(text: string): Piece[] {
  const pieces: Piece[] = []
  for (const [, piece, count] of text.matchAll(/([fnm])(\d{1,4})/g)) {
    const more = Math.min(Number(count), PIECES_AN_HOUR - pieces.length)
    for (let n = 0; n < more; n++) pieces.push(piece as Piece)
  }
  while (pieces.length < PIECES_AN_HOUR) pieces.push('m')
  return pieces
}
