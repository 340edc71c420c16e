/** Reads the bits of a NAL unit's payload (ITU-T H.264, 7.2 and 9.1). */
export class BitReader {
  readonly #bytes: Buffer
  #at = 0

  /** `payload` is what follows the NAL unit's header; emulation prevention is taken out here. */
  constructor(payload: Buffer) {
    this.#bytes = withoutEmulationPrevention(payload)
  }

  /** `count` bits (at most 32) as an unsigned number. Throws a RangeError past the end. */
  bits(count: number): number {
    let value = 0
    for (let n = 0; n < count; n++) {
      const byte = this.#bytes[this.#at >> 3]
      if (byte === undefined) throw new RangeError('a parameter set that ends too early')
      value = value * 2 + ((byte >> (7 - (this.#at & 7))) & 1)
      this.#at++
    }
    return value
  }

  flag(): boolean {
    return this.bits(1) === 1
  }

  skip(count: number): void {
    this.#at += count
  }

  /** An unsigned Exp-Golomb number. */
  unsigned(): number {
    let zeros = 0
    while (!this.flag()) if (++zeros > 31) throw new RangeError('a parameter set that makes no sense')
    return 2 ** zeros - 1 + this.bits(zeros)
  }

  /** A signed Exp-Golomb number. */
  signed(): number {
    const code = this.unsigned()
    return code % 2 === 1 ? (code + 1) / 2 : -code / 2
  }
}

/** 00 00 03 stands for 00 00 wherever what follows could be taken for a start code. */
function withoutEmulationPrevention(payload: Buffer): Buffer {
  const plain = Buffer.alloc(payload.length)
  let length = 0
  let zeros = 0
  for (const byte of payload) {
    if (zeros >= 2 && byte === 3) {
      zeros = 0
      continue
    }
    zeros = byte === 0 ? zeros + 1 : 0
    plain[length++] = byte
  }
  return plain.subarray(0, length)
}
