/** Resumable uploads as the documentation describes them, and as strictly. */
import { createHash, randomBytes } from 'node:crypto'
import { errors, type ApiError } from './errors.js'
import type { Metadata } from './videos.js'

export const MULTIPLE_BYTES = 256 * 1024

export interface Answer {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

export type Range =
  | { readonly kind: 'query'; readonly total: number | undefined }
  | { readonly kind: 'bytes'; readonly from: number; readonly to: number; readonly total: number | undefined }

/** Of bytes (`0-99/100`; the total may be a star) or of none (a star in place of the bytes). */
export function readRange(header: string): Range | undefined {
  const [, range, all] = /^bytes (\*|\d+-\d+)\/(\*|\d+)$/.exec(header) ?? []
  if (range === undefined || all === undefined) return undefined
  const total = all === '*' ? undefined : Number(all)
  if (range === '*') return { kind: 'query', total }
  const [from = 0, to = 0] = range.split('-').map(Number)
  return to < from || (total !== undefined && to >= total) ? undefined : { kind: 'bytes', from, to, total }
}

export class Session {
  readonly id = randomBytes(16).toString('hex')
  readonly #hash = createHash('sha256')
  readonly #pieces: Buffer[] = []
  stored = 0
  total: number | undefined
  cancelled = false
  expired = false
  /** What it was answered when it was complete: from then on it is always answered so. */
  completed: Answer | undefined
  /** What came of it. */
  videoId: string | undefined

  constructor(
    readonly resource: Metadata,
    total: number | undefined,
    private readonly keepsContent: boolean,
    /** As its `Slug` has it. */
    readonly fileName: string | undefined,
  ) {
    this.total = total
  }

  /** Why a request can't be taken; undefined where it can. Nothing of what is refused is kept. */
  refusal(range: Range, bodyBytes: number | undefined): ApiError | undefined {
    if (range.total !== undefined && this.total !== undefined && range.total !== this.total) return errors.badRange
    if (range.kind === 'query') return bodyBytes === 0 ? undefined : errors.badRange
    const { from, to, total } = range
    if (bodyBytes !== undefined && bodyBytes !== to - from + 1) return errors.badRange
    if (from !== this.stored) return errors.badRange
    const isLast = total !== undefined && to + 1 === total
    return !isLast && (to - from + 1) % MULTIPLE_BYTES !== 0 ? errors.badRange : undefined
  }

  keep(bytes: Buffer): void {
    this.#hash.update(bytes)
    if (this.keepsContent) this.#pieces.push(bytes)
    this.stored += bytes.length
  }

  /** 308, with how far it is. */
  progress(): Answer {
    return { status: 308, headers: this.stored === 0 ? {} : { Range: `bytes=0-${this.stored - 1}` } }
  }

  uploaded(): { sha256: string; bytes: number; content: Buffer | undefined } {
    return {
      sha256: this.#hash.copy().digest('hex'),
      bytes: this.stored,
      content: this.keepsContent ? Buffer.concat(this.#pieces) : undefined,
    }
  }
}
