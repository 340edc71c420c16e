/** The simulator's channel: its videos, what becomes of them, and the day's quota. */
import { randomBytes } from 'node:crypto'
import { type ApiError, errors } from './errors.js'

export interface Snippet {
  title: string
  description: string
  tags: readonly string[]
  categoryId: string
  defaultLanguage?: string
}

export interface VideoStatus {
  privacyStatus: string
  uploadStatus: string
  failureReason?: string
  rejectionReason?: string
}

export interface Video {
  readonly id: string
  snippet: Snippet
  status: VideoStatus
  /** SHA-256 of what was uploaded, in hexadecimal. */
  readonly sha256: string
  readonly bytes: number
  /** What was uploaded, where the simulator keeps it. */
  readonly content: Buffer | undefined
  readonly uploadedAtMs: number
  /** What its uploader called the file; only the channel itself is told. */
  readonly fileName: string
  thumbnail?: { readonly type: string; readonly content: Buffer }
}

/** What processing leads to. */
export type Outcome =
  | { readonly uploadStatus: 'processed' }
  | { readonly uploadStatus: 'failed'; readonly failureReason: string }
  | { readonly uploadStatus: 'rejected'; readonly rejectionReason: string }

export interface Resource {
  readonly snippet?: Readonly<Record<string, unknown>>
  readonly status?: Readonly<Record<string, unknown>>
}

const PRIVACY = ['public', 'unlisted', 'private']

/** What of a resource can be set, and is as it has to be. */
export interface Metadata {
  readonly snippet: Snippet
  readonly privacyStatus: string
}

/** The snippet and status of a request, or what is wrong with them. */
export function read({ snippet = {}, status = {} }: Resource): Metadata | ApiError {
  const { title, description = '', tags = [], categoryId = '22', defaultLanguage } = snippet
  if (typeof title !== 'string' || title.trim() === '' || [...title].length > 100 || /[<>]/.test(title))
    return errors.invalidTitle
  if (typeof description !== 'string' || Buffer.byteLength(description) > 5000 || /[<>]/.test(description))
    return errors.invalidDescription
  if (!Array.isArray(tags) || !tags.every((tag) => typeof tag === 'string') || lengthOf(tags) > 500)
    return errors.invalidTags
  if (typeof categoryId !== 'string' || !/^\d+$/.test(categoryId)) return errors.invalidCategoryId
  const { privacyStatus } = status
  if (typeof privacyStatus !== 'string' || !PRIVACY.includes(privacyStatus)) return errors.invalidPrivacy
  const language = typeof defaultLanguage === 'string' ? { defaultLanguage } : {}
  return { snippet: { title, description, tags, categoryId, ...language }, privacyStatus }
}

/** With the commas between them, and two more for each that has a space. */
function lengthOf(tags: readonly string[]): number {
  const quoted = tags.reduce((sum, tag) => sum + [...tag].length + (tag.includes(' ') ? 2 : 0), 0)
  return quoted + Math.max(0, tags.length - 1)
}

export class Videos {
  readonly #videos = new Map<string, Video>()
  /** How long processing takes, and what comes of it. */
  processingMs = 0
  outcome: (video: Video) => Outcome = () => ({ uploadStatus: 'processed' })

  /** So long a video is not in the list of uploads yet. */
  listedAfterMs = 0
  /** So long nothing that is asked about a video by its id, or done to it, knows it yet. */
  knownAfterMs = 0

  add(
    resource: Metadata,
    uploaded: { sha256: string; bytes: number; content: Buffer | undefined },
    fileName = 'unknown',
  ): Video {
    const { snippet, privacyStatus } = resource
    const id = randomBytes(8).toString('base64url')
    const status = { privacyStatus, uploadStatus: 'uploaded' }
    const video: Video = { id, snippet, status, ...uploaded, uploadedAtMs: Date.now(), fileName }
    this.#videos.set(id, video)
    return video
  }

  get(id: string): Video | undefined {
    const video = this.#videos.get(id)
    if (video?.status.uploadStatus === 'uploaded' && Date.now() - video.uploadedAtMs >= this.processingMs)
      video.status = { ...video.status, ...this.outcome(video) }
    return video
  }

  /** The video as requests that name it see it. */
  known(id: string): Video | undefined {
    const video = this.get(id)
    return video !== undefined && Date.now() - video.uploadedAtMs >= this.knownAfterMs ? video : undefined
  }

  delete(id: string): void {
    this.#videos.delete(id)
  }

  all(): Video[] {
    return [...this.#videos.keys()].flatMap((id) => this.get(id) ?? [])
  }
}

/** A video as the API shows it to its channel: the named parts of it. */
export function shown(video: Video, parts: readonly string[]): Record<string, unknown> {
  const { id, snippet, status, fileName, bytes } = video
  const processing = status.uploadStatus === 'uploaded'
  const all: Record<string, unknown> = {
    snippet,
    status,
    fileDetails: { fileName, fileSize: String(bytes) },
    processingDetails: {
      processingStatus: processing ? 'processing' : status.uploadStatus === 'processed' ? 'succeeded' : 'failed',
      ...(processing && { processingProgress: { partsTotal: '100', partsProcessed: '40', timeLeftMs: '1000' } }),
    },
  }
  return {
    kind: 'youtube#video',
    id,
    ...Object.fromEntries(parts.flatMap((part) => (part in all ? [[part, all[part]]] : []))),
  }
}
