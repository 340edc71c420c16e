import { pesHeaderAt, readTicks } from '../../segments/pesHeader.js'
import { PACKET_BYTES, PacketSplitter, beginsUnit, payloadStart, pidOf } from '../../segments/transportStream.js'

/** A whole PES packet with a timestamp. */
export interface ReadPes {
  readonly ptsTicks: number
  readonly payload: Buffer
}

/** Reads the PES packets of one PID out of a transport stream that comes in chunks of any size. */
export class PesReader {
  readonly #splitter = new PacketSplitter()
  #open: { readonly ptsTicks: number; readonly pieces: Buffer[] } | undefined
  #found: ReadPes[] = []

  constructor(private readonly pid: number) {}

  /** The PES packets that are complete with this chunk. */
  push(chunk: Buffer): ReadPes[] {
    this.#splitter.push(chunk, this.#visit)
    return this.#taken()
  }

  /** What was left once no more bytes come. */
  finish(): ReadPes[] {
    this.#splitter.finish(this.#visit)
    this.#close()
    return this.#taken()
  }

  readonly #visit = (bytes: Buffer, at: number): void => {
    if (pidOf(bytes, at) !== this.pid) return
    const from = payloadStart(bytes, at)
    const end = at + PACKET_BYTES
    if (from >= end) return
    if (!beginsUnit(bytes, at)) {
      this.#open?.pieces.push(Buffer.from(bytes.subarray(from, end)))
      return
    }
    this.#close()
    const header = pesHeaderAt(bytes, from, end)
    if (header === undefined || header.ptsAt < 0) return
    const ptsTicks = readTicks(bytes, header.ptsAt)
    this.#open = { ptsTicks, pieces: [Buffer.from(bytes.subarray(header.payloadAt, end))] }
  }

  #close(): void {
    if (this.#open !== undefined)
      this.#found.push({ ptsTicks: this.#open.ptsTicks, payload: Buffer.concat(this.#open.pieces) })
    this.#open = undefined
  }

  #taken(): ReadPes[] {
    const found = this.#found
    this.#found = []
    return found
  }
}
