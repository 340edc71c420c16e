/**
 * Bytes that wait to be acknowledged, copied into blocks that are used again and again. Whoever made them has them back at once: many
 * buffers that are dropped only after a while would lie about in memory, as they are no reason for V8 to collect soon.
 */
const BLOCK_BYTES = 1 << 20

interface Block {
  readonly bytes: Buffer
  /** What of it is in use. */
  from: number
  to: number
}

export class Backlog {
  readonly #blocks: Block[] = []
  readonly #spare: Buffer[] = []
  #bytes = 0

  get bytes(): number {
    return this.#bytes
  }

  add(chunk: Buffer): void {
    for (let at = 0; at < chunk.length;) {
      const block = this.#withRoom()
      const copied = chunk.copy(block.bytes, block.to, at)
      block.to += copied
      at += copied
    }
    this.#bytes += chunk.length
  }

  /** The first so many bytes, or all, in pieces; they are not to be used any more once they are dropped. */
  first(bytes: number): Buffer[] {
    const pieces: Buffer[] = []
    let left = bytes
    for (const { bytes: block, from, to } of this.#blocks) {
      if (left <= 0) break
      const piece = block.subarray(from, Math.min(to, from + left))
      pieces.push(piece)
      left -= piece.length
    }
    return pieces
  }

  drop(bytes: number): void {
    let left = bytes
    while (left > 0) {
      const [block] = this.#blocks
      if (block === undefined) break
      const dropped = Math.min(left, block.to - block.from)
      block.from += dropped
      left -= dropped
      if (block.from < block.to) break
      this.#blocks.shift()
      this.#spare.push(block.bytes)
    }
    this.#bytes -= bytes - left
  }

  #withRoom(): Block {
    const last = this.#blocks.at(-1)
    if (last !== undefined && last.to < BLOCK_BYTES) return last
    const block = { bytes: this.#spare.pop() ?? Buffer.allocUnsafeSlow(BLOCK_BYTES), from: 0, to: 0 }
    this.#blocks.push(block)
    return block
  }
}
