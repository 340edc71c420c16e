/** The layer of packets of MPEG transport streams (ISO/IEC 13818-1, 2.4.3.2). */

export const PACKET_BYTES = 188
const SYNC_BYTE = 0x47

/** Called for each packet: its bytes are bytes[at] to bytes[at + 187], `offset` is where they are in the stream. */
export type PacketVisitor = (bytes: Buffer, at: number, offset: number) => void

/**
 * Finds the packets in chunks of any size. It holds no more than the rest of the last chunk, and after garbage it
 * looks for the next place where packets follow one another.
 */
export class PacketSplitter {
  #rest: Buffer = Buffer.alloc(0)
  #restOffset = 0
  #locked = false

  push(chunk: Buffer, visit: PacketVisitor): void {
    this.#consume(this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]), visit, false)
  }

  /** Visits what is left once no more bytes come. A packet cut short is none. */
  finish(visit: PacketVisitor): void {
    this.#consume(this.#rest, visit, true)
  }

  #consume(bytes: Buffer, visit: PacketVisitor, ended: boolean): void {
    let at = 0
    for (;;) {
      if (!this.#locked) {
        const found = findSync(bytes, at, ended)
        at = found.at
        if (!found.locked) break
        this.#locked = true
      }
      if (at + PACKET_BYTES > bytes.length) break
      if (bytes[at] !== SYNC_BYTE) {
        this.#locked = false
        continue
      }
      visit(bytes, at, this.#restOffset + at)
      at += PACKET_BYTES
    }
    this.#rest = Buffer.from(bytes.subarray(at))
    this.#restOffset += at
  }
}

/**
 * The next place at or after `from` that has a sync byte and, one packet on, another. Where the bytes don't reach that
 * far the place is left for later, unless the stream `ended` there: then a lone last packet counts.
 */
function findSync(bytes: Buffer, from: number, ended: boolean): { at: number; locked: boolean } {
  for (let at = bytes.indexOf(SYNC_BYTE, from); at >= 0; at = bytes.indexOf(SYNC_BYTE, at + 1)) {
    const next = at + PACKET_BYTES
    if (next < bytes.length ? bytes[next] === SYNC_BYTE : ended && next === bytes.length) return { at, locked: true }
    if (next >= bytes.length && !ended) return { at, locked: false }
  }
  return { at: bytes.length, locked: false }
}

export function pidOf(bytes: Buffer, at: number): number {
  return ((byteAt(bytes, at + 1) & 0x1f) << 8) | byteAt(bytes, at + 2)
}

/** Whether a PES packet or a section begins in this packet. */
export function beginsUnit(bytes: Buffer, at: number): boolean {
  return (byteAt(bytes, at + 1) & 0x40) !== 0
}

/** Whether the packet says that a decoder may begin here. Many encoders never say it. */
export function saysRandomAccess(bytes: Buffer, at: number): boolean {
  return (byteAt(bytes, at + 3) & 0x20) !== 0 && byteAt(bytes, at + 4) > 0 && (byteAt(bytes, at + 5) & 0x40) !== 0
}

/** Where the payload of the packet at `at` begins; its end where there is none, or where it can't be trusted. */
export function payloadStart(bytes: Buffer, at: number): number {
  const end = at + PACKET_BYTES
  const control = byteAt(bytes, at + 3) >> 4
  // the transport error indicator, and scrambled payloads
  if ((byteAt(bytes, at + 1) & 0x80) !== 0 || (control & 0x0c) !== 0) return end
  if ((control & 1) === 0) return end
  return (control & 2) === 0 ? at + 4 : Math.min(end, at + 5 + byteAt(bytes, at + 4))
}

/** A byte that is known to be there; beyond the end it is 0, which no caller mistakes for anything. */
export function byteAt(bytes: Buffer, at: number): number {
  return bytes[at] ?? 0
}
