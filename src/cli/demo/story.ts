/** What a made-up video lives through: events at times before now, as editors and nodes would have caused them. Nothing is appended here. */
import type { Edit } from '../../../machines/edit.js'
import { type DataOf, event, type EventType, type VideoEvent } from '../../../machines/events.js'

/** Names say that all of it is made up. No running node but the demo's companions offers these locations. */
export const places = {
  alive: 'demo-berlin',
  dead: 'demo-tokyo',
  youtube: 'demo-youtube',
  archive: 'demo-archive',
  channel: 'demo-stage',
} as const

export const operator = 'demo-olga'

/** Something that happened to a video. */
export interface Happening {
  readonly video: string
  readonly event: VideoEvent
}

const minuteMs = 60_000
const attemptsLimit = 3

/** Each step says how many minutes it came after the one before. */
export class Story {
  readonly happenings: Happening[] = []
  #attempts = 0
  #atMs: number
  readonly #startMs: number

  /** @param ago minutes before `nowMs` at which the moment was entered. */
  constructor(
    readonly id: string,
    readonly title: string,
    readonly nowMs: number,
    ago: number,
  ) {
    this.#atMs = nowMs - ago * minuteMs
    // it was entered when it was just over
    this.#startMs = this.#atMs - 12 * minuteMs
    this.happens(0, 'Created', { source: this.#source() }, { actor: 'demo-schedule' })
  }

  get attempt(): string {
    return `${this.id}-attempt-${this.#attempts}`
  }

  /** What it is called where it is published. */
  get videoId(): string {
    return `${this.id}-${this.#attempts}`
  }

  /** UTC; `minutes` from now. */
  fromNow(minutes: number): string {
    return iso(this.nowMs + minutes * minuteMs)
  }

  happens<T extends EventType>(
    after: number,
    type: T,
    data: DataOf<T>,
    by: { readonly actor?: string; readonly node?: string } = { node: places.alive },
  ): this {
    this.#atMs += after * minuteMs
    const envelope = { at: iso(this.#atMs), actor: by.actor ?? null, node: by.node ?? null, cause: null }
    this.happenings.push({ video: this.id, event: event(type, data, envelope) })
    return this
  }

  drafted(after: number, actor: string): this {
    return this.happens(after, 'DraftSaved', { edit: { video_title: this.title } }, { actor })
  }

  edited(after: number, actor: string, more: Partial<Edit> = {}): this {
    return this.happens(after, 'Edited', { edit: { ...this.#edit(), ...more } }, { actor })
  }

  /** Claimed and, a few seconds later, on its way to the destination. */
  claimed(after: number, node: string = places.alive): this {
    this.#attempts++
    return this.happens(after, 'Claimed', { attempt: this.attempt, attempts_limit: attemptsLimit, why: null }, { node })
  }

  opened(after = 0.1, node: string = places.alive): this {
    return this.happens(after, 'UploadOpened', { attempt: this.attempt, destination: null }, { node })
  }

  finalizing(after: number, node: string = places.alive): this {
    const bytes = 41_000_000 + 7_654_321 * (this.title.length % 17)
    return this.happens(after, 'FinalizeStarted', { attempt: this.attempt, bytes, receipt: null }, { node })
  }

  uploaded(after: number, { processing = true } = {}): this {
    const video_link = `https://example.org/${this.videoId}`
    return this.happens(after, 'Uploaded', {
      ...{ attempt: this.attempt, video_id: this.videoId, video_link, processing },
    })
  }

  processed(after: number): this {
    return this.happens(after, 'Processed', { video_id: this.videoId })
  }

  /** From a claim until it is playable. @param cut minutes for the cut and the upload. @param transcode for the destination. */
  published(wait: number, cut: number, transcode: number): this {
    return this.claimed(wait).opened().finalizing(cut).uploaded(0.1).processed(transcode)
  }

  /** Given back, after a trouble that counts. @param notBefore UTC. */
  released(after: number, cause: string, notBefore: string | null): this {
    const { attempt } = this
    return this.happens(after, 'Released', { attempt, cause, counts: true, not_before: notBefore, proof: null })
  }

  failed(after: number, cause: string): this {
    return this.happens(after, 'Failed', { attempt: this.attempt, cause, proof: null })
  }

  #source(): DataOf<'Created'>['source'] {
    return {
      ...{ sheet_name: 'Demo', category: 'Demo', description: this.title, submitter_winner: '', image_links: [] },
      ...{ event_start: iso(this.#startMs), event_end: iso(this.#startMs + 9 * minuteMs), poster_moment: false },
      ...{ tags: ['demo'], notes: 'Made up by the demo' },
    }
  }

  #edit(): Edit {
    const lengthMs = (3 + (this.title.length % 6)) * minuteMs
    return {
      ...{ video_title: this.title, video_description: 'Made up by the demo.', video_tags: ['demo'], public: true },
      ...{ thumbnail_mode: 'NONE', thumbnail_time: null, thumbnail_template: null, thumbnail_image: null },
      ...{ thumbnail_crop: null, thumbnail_location: null, upload_location: places.youtube },
      video_ranges: [[iso(this.#startMs), iso(this.#startMs + lengthMs)]],
      ...{ video_transitions: [], video_channel: places.channel, video_quality: 'source' },
      ...{ allow_holes: false, uploader_whitelist: null },
    }
  }
}

const iso = (ms: number): string => new Date(Math.round(ms)).toISOString()
