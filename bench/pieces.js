// What a synthetic cut is made of: parts of one block that is there before anything is measured, so that to make it costs nobody time.
import { randomFillSync } from 'node:crypto'

const BLOCK_BYTES = 32 << 20

export const madeBlock = () => randomFillSync(Buffer.alloc(BLOCK_BYTES))

/** As many bytes of it, another part for another place. */
export const pieceOf = (block, at, bytes) => {
  const from = at % (BLOCK_BYTES - bytes)
  return block.subarray(from, from + bytes)
}
