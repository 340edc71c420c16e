/**
 * The bytes of one upload as parts of one size, the last one smaller. One part is under way while the next is put together, so
 * memory holds two, whatever the length; a part that was lost is sent again out of the same memory.
 */
import { S3Error } from './errors.js'
import { type Patience, patiently } from './patience.js'
import type { Part, Store, Upload } from './store.js'

/** A store takes no more parts than that of one upload. */
const MOST_PARTS = 10_000
/** So many parts are of one size, and so many more of twice that: what is left of 10,000 is always enough. */
const PARTS_OF_A_SIZE = 1000

/** The size of part `number`, counted from 1, where the first ones have `firstBytes`. */
export const partBytes = (number: number, firstBytes: number): number =>
  firstBytes * 2 ** Math.floor((number - 1) / PARTS_OF_A_SIZE)

export class Parts {
  readonly #stored: Part[] = []
  /** Parts that are stored or under way. */
  #begun = 0
  /** The part that is put together, and how much of it there is. */
  #next: Buffer | null = null
  #nextBytes = 0
  /** What the part before last was put together in. */
  #spare: Buffer | null = null
  #sending: Promise<void> | undefined
  #taken = 0
  readonly #closed = new AbortController()

  constructor(
    private readonly store: Store,
    private readonly upload: Upload,
    private readonly firstBytes: number,
    private readonly patience: Patience,
  ) {}

  /** Bytes that were given to it. */
  get taken(): number {
    return this.#taken
  }

  /** Takes bytes. A part may fail after the call that filled it: the next one throws. An S3Error, or the signal's reason. */
  async send(chunk: Buffer, signal: AbortSignal): Promise<void> {
    let from = 0
    while (from < chunk.length) {
      const next = (this.#next ??= this.#room())
      const copied = chunk.copy(next, this.#nextBytes, from)
      from += copied
      this.#nextBytes += copied
      this.#taken += copied
      if (this.#nextBytes === next.length) await this.#begin(signal)
    }
  }

  /** Takes the last bytes; all parts are stored when it returns. An upload without bytes has one empty part. Throws as `send`. */
  async finish(last: Buffer, signal: AbortSignal): Promise<readonly Part[]> {
    await this.send(last, signal)
    if (this.#nextBytes > 0 || this.#begun === 0) await this.#begin(signal)
    await this.#sending
    return this.#stored
  }

  /** Nothing more is sent; what is under way is broken off. */
  async close(): Promise<void> {
    this.#closed.abort(new Error('the upload is over'))
    await this.#sending?.catch(() => undefined)
    this.#next = this.#spare = null
  }

  #room(): Buffer {
    const bytes = partBytes(this.#begun + 1, this.firstBytes)
    const spare = this.#spare
    this.#spare = null
    return spare?.length === bytes ? spare : Buffer.allocUnsafeSlow(bytes)
  }

  async #begin(signal: AbortSignal): Promise<void> {
    await this.#sending
    const number = this.#begun + 1
    if (number > MOST_PARTS)
      throw new S3Error(`more than ${MOST_PARTS} parts: raise the location's part_mebibytes`, 'operator')
    const room = this.#next ?? Buffer.alloc(0)
    const part = room.subarray(0, this.#nextBytes)
    this.#begun = number
    this.#next = null
    this.#nextBytes = 0
    const either = AbortSignal.any([signal, this.#closed.signal])
    this.#sending = patiently(() => this.store.put(this.upload, number, part, either), this.patience, either).then(
      (stored) => {
        this.#stored.push(stored)
        this.#spare = room
      },
    )
    // it is told when its turn comes
    this.#sending.catch(() => undefined)
  }
}
