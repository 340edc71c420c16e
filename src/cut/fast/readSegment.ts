import { Worker } from 'node:worker_threads'

export interface ReadSegment {
  readonly bytes: Buffer
  /** Unpadded url-safe base64 SHA-256 of them, where it was asked for. */
  readonly hash: string | undefined
}

interface Answer {
  readonly id: number
  readonly bytes?: Uint8Array
  readonly hash?: string
  readonly failure?: { readonly message: string; readonly code?: string }
}

/** Thrown where a file can't be read; `code` as Node's file system has it. */
export class Unreadable extends Error {
  override readonly name = 'Unreadable'

  constructor(
    message: string,
    readonly code: string | undefined,
  ) {
    super(message)
  }
}

interface Asked {
  readonly resolve: (read: ReadSegment) => void
  readonly reject: (error: Error) => void
}

/** The thread that reads for all cuts of this process; it starts with the first and doesn't keep the process alive. */
class Reader {
  readonly #asked = new Map<number, Asked>()
  #worker: Worker | undefined
  #next = 0

  read(path: string, hashed: boolean): Promise<ReadSegment> {
    const worker = this.#started()
    const id = this.#next++
    return new Promise((resolve, reject) => {
      this.#asked.set(id, { resolve, reject })
      // while something is asked of it, the process has to wait for the answer
      worker.ref()
      worker.postMessage({ id, path, hashed })
    })
  }

  #started(): Worker {
    if (this.#worker !== undefined) return this.#worker
    const worker = new Worker(new URL('./segmentReader.js', import.meta.url), { execArgv: [] })
    worker.on('message', (answer: Answer) => this.#settle(worker, answer))
    worker.on('error', (error) => this.#lose(error instanceof Error ? error : new Error(String(error))))
    worker.on('exit', () => this.#lose(new Error('the thread that reads segments has ended')))
    this.#worker = worker
    return worker
  }

  #settle(worker: Worker, { id, bytes, hash, failure }: Answer): void {
    const asked = this.#asked.get(id)
    this.#asked.delete(id)
    if (this.#asked.size === 0) worker.unref()
    if (bytes === undefined) asked?.reject(new Unreadable(failure?.message ?? 'it could not be read', failure?.code))
    else asked?.resolve({ bytes: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), hash })
  }

  #lose(error: Error): void {
    this.#worker = undefined
    for (const { reject } of this.#asked.values()) reject(error)
    this.#asked.clear()
  }
}

const reader = new Reader()

/** A whole file and, if asked for, its hash. Throws Unreadable. */
export function readSegment(path: string, hashed: boolean): Promise<ReadSegment> {
  return reader.read(path, hashed)
}
