import { crc32 } from 'node:zlib'

/** How much there was of some bytes, and what they were: enough to tell whether others are the same. */
export interface Digested {
  readonly bytes: number
  /** CRC-32 as in zip files, in hexadecimal: against accidents, and it costs next to nothing. */
  readonly crc32: string
}

export class Digest {
  #bytes = 0
  #crc = 0

  push(chunk: Buffer): void {
    this.#bytes += chunk.length
    this.#crc = crc32(chunk, this.#crc)
  }

  get digested(): Digested {
    return { bytes: this.#bytes, crc32: this.#crc.toString(16).padStart(8, '0') }
  }
}
