import { Worker } from 'node:worker_threads'

export interface ReadSegment {
  readonly bytes: Buffer
  /** Unpadded url-safe base64 SHA-256 of them, where it was asked for. */
  readonly hash: string | undefined
}

interface Answer {
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

interface Request {
  readonly paths: readonly string[]
  readonly hashed: boolean
  /** In bytes; all of each by default. */
  readonly atMost?: number
}

interface Asked {
  readonly resolve: (answers: readonly Answer[]) => void
  readonly reject: (error: Error) => void
}

/** The thread that reads for all cuts of this process; it starts with the first and doesn't keep the process alive. */
class Reader {
  readonly #asked = new Map<number, Asked>()
  #worker: Worker | undefined
  #next = 0

  /** An answer to each path, in order. */
  read(what: Request): Promise<readonly Answer[]> {
    const worker = this.#started()
    const id = this.#next++
    return new Promise((resolve, reject) => {
      this.#asked.set(id, { resolve, reject })
      // while something is asked of it, the process has to wait for the answer
      worker.ref()
      worker.postMessage({ id, ...what })
    })
  }

  #started(): Worker {
    if (this.#worker !== undefined) return this.#worker
    const worker = new Worker(new URL('./segmentReader.js', import.meta.url), { execArgv: [] })
    worker.on('message', ({ id, answers }: { id: number; answers: readonly Answer[] }) => {
      this.#asked.get(id)?.resolve(answers)
      this.#asked.delete(id)
      if (this.#asked.size === 0) worker.unref()
    })
    worker.on('error', (error) => this.#lose(error instanceof Error ? error : new Error(String(error))))
    worker.on('exit', () => this.#lose(new Error('the thread that reads segments has ended')))
    this.#worker = worker
    return worker
  }

  #lose(error: Error): void {
    this.#worker = undefined
    for (const { reject } of this.#asked.values()) reject(error)
    this.#asked.clear()
  }
}

const reader = new Reader()

/** A whole file and, if asked for, its hash. Throws Unreadable. */
export async function readSegment(path: string, hashed: boolean): Promise<ReadSegment> {
  const [answer] = await reader.read({ paths: [path], hashed })
  return { bytes: bytesOf(answer), hash: answer?.hash }
}

/** Files from their beginnings, at most so many bytes of each; or why one could not be read. */
export async function readBeginnings(paths: readonly string[], atMost: number): Promise<(Buffer | Unreadable)[]> {
  const answers = await reader.read({ paths, hashed: false, atMost })
  return paths.map((_, n) => {
    try {
      return bytesOf(answers[n])
    } catch (error) {
      if (error instanceof Unreadable) return error
      throw error
    }
  })
}

function bytesOf({ bytes, failure }: Answer = {}): Buffer {
  if (bytes === undefined) throw new Unreadable(failure?.message ?? 'it could not be read', failure?.code)
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}
