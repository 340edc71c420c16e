/** The files of an attempt while their bytes come: one, or one after another. */
import { createHash, type Hash } from 'node:crypto'
import { type FileHandle, open } from 'node:fs/promises'

export interface WrittenFile {
  readonly name: string
  readonly bytes: number
  /** In hexadecimal, as `sha256sum` has it; only where it was asked for. */
  readonly sha256?: string
}

/** Where the n-th file is written, from 1, and how it will be called. */
export type Place = (n: number) => { readonly path: string; readonly name: string }

export class Written {
  readonly #done: WrittenFile[] = []
  #hash: Hash | null
  #bytes = 0
  #total = 0

  private constructor(
    private readonly place: Place,
    private readonly hashing: boolean,
    private file: FileHandle,
  ) {
    this.#hash = hashing ? createHash('sha256') : null
  }

  /** Opens the first file, which must not be there yet. @throws the file system's error, as all of this. */
  static async open(place: Place, hashing: boolean): Promise<Written> {
    return new Written(place, hashing, await open(place(1).path, 'wx'))
  }

  /** Bytes of all files. */
  get total(): number {
    return this.#total
  }

  async write(chunk: Buffer): Promise<void> {
    for (let offset = 0; offset < chunk.length;) offset += (await this.file.write(chunk, offset)).bytesWritten
    this.#hash?.update(chunk)
    this.#bytes += chunk.length
    this.#total += chunk.length
  }

  /** Goes on with the next file. */
  async next(): Promise<void> {
    await this.#finish()
    await this.file.close()
    this.file = await open(this.place(this.#done.length + 1).path, 'wx')
  }

  /** All bytes are on the disk, and no more come. */
  async end(): Promise<readonly WrittenFile[]> {
    await this.#finish()
    return this.#done
  }

  // what matters was synced before it got its name
  close = (): Promise<void> => this.file.close().catch(() => undefined)

  async #finish(): Promise<void> {
    await this.file.sync()
    const { name } = this.place(this.#done.length + 1)
    this.#done.push({ name, bytes: this.#bytes, ...(this.#hash && { sha256: this.#hash.digest('hex') }) })
    this.#hash = this.hashing ? createHash('sha256') : null
    this.#bytes = 0
  }
}
