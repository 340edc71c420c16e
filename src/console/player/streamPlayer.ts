/** Plays segments of a node in a `<video>`, and knows which picture of the stream is shown. */
import type Hls from 'hls.js'
import { headers } from '../asking.js'
import { pictureTicksOf, ticksOf } from './frameRate.js'
import { inHand } from './inHand.js'
import { type Placed, toPlayer, toStream } from './streamTime.js'

export interface Shown {
  /** Of the picture that is shown, in milliseconds since 1970, as finely as is known; null before there is one. */
  readonly atMs: number | null
  readonly playing: boolean
  /** How long a picture lasts; a guess until `isRateKnown`. */
  readonly frameSeconds: number
  readonly isRateKnown: boolean
  /** Why it does not play; null while it does. */
  readonly trouble: string | null
}

const nothing: Shown = { atMs: null, playing: false, frameSeconds: 1 / 30, isRateKnown: false, trouble: null }

export class StreamPlayer {
  #shown = nothing
  #hls: Hls | null = null
  #segments: readonly Placed[] = []
  /** Seconds in the player of the picture that is shown, and of the one that has been asked for since. */
  #at: number | null = null
  #aim: number | null = null
  #wantedMs: number | null
  #ticks = 90_000
  #frameHandle = 0
  readonly #readers = new Set<() => void>()
  /** Told of each picture that is shown, with its second in the player. */
  onPicture: (seconds: number) => void = () => undefined

  /** @param startMs what is shown first; null: the beginning. */
  constructor(
    private readonly video: HTMLVideoElement,
    playlist: string,
    startMs: number | null = null,
  ) {
    this.#wantedMs = startMs
    for (const kind of ['play', 'pause', 'ended']) video.addEventListener(kind, this.#onPlaying)
    this.#watch()
    void this.#open(playlist)
  }

  readonly get = (): Shown => this.#shown
  readonly subscribe = (reader: () => void): (() => void) => {
    this.#readers.add(reader)
    return () => void this.#readers.delete(reader)
  }
  get segments(): readonly Placed[] {
    return this.#segments
  }

  /** Shows the first picture that is not before `ms`. */
  seek(ms: number): void {
    this.#wantedMs = ms
    if (this.#segments.length > 0) this.#go(toPlayer(this.#segments, ms))
  }

  seekSeconds(seconds: number): void {
    this.#wantedMs = null
    this.#go(seconds)
  }

  #go(seconds: number): void {
    this.#aim = Math.max(0, seconds)
    // in the middle of a picture no rounding shows the one before
    this.video.currentTime = this.#aim + this.#shown.frameSeconds / 2
  }

  /** So many pictures on, or back. */
  step(pictures: number): void {
    this.skip(pictures * this.#shown.frameSeconds)
  }

  skip(seconds: number): void {
    this.video.pause()
    this.seekSeconds((this.#aim ?? this.#at ?? this.video.currentTime) + seconds)
  }

  togglePlaying(): void {
    if (this.video.paused) void this.play()
    else this.video.pause()
  }

  /** Where the browser lets no sound begin by itself, it begins without. */
  async play(): Promise<void> {
    this.#aim = this.#wantedMs = null
    try {
      await this.video.play()
    } catch {
      this.video.muted = true
      await this.video.play().catch(() => undefined)
    }
  }

  close(): void {
    for (const kind of ['play', 'pause', 'ended']) this.video.removeEventListener(kind, this.#onPlaying)
    this.video.cancelVideoFrameCallback(this.#frameHandle)
    this.#readers.clear()
    this.#hls?.destroy()
    this.#hls = null
    this.#isClosed = true
  }
  #isClosed = false

  async #open(playlist: string): Promise<void> {
    const { default: Light } = await import('hls.js/light')
    if (this.#isClosed) return
    if (!Light.isSupported()) return this.#tell({ trouble: 'this browser plays no segments of a stream' })
    const hls = new Light({
      // a worker would be a second file to load; what a page plays is little
      enableWorker: false,
      autoStartLoad: false,
      pLoader: inHand(playlist),
      xhrSetup: (xhr) => {
        for (const [name, value] of Object.entries(headers())) xhr.setRequestHeader(name, value)
      },
    })
    this.#hls = hls
    const { Events } = Light
    hls.on(Events.ERROR, (_, { fatal, details, response }) => {
      if (fatal) this.#tell({ trouble: `${details}${response?.code ? `: the node answered ${response.code}` : ''}` })
    })
    hls.on(Events.LEVEL_LOADED, (_, { details }) => (this.#segments = details.fragments))
    hls.on(Events.LEVEL_UPDATED, (_, { details }) => (this.#segments = details.fragments))
    hls.on(Events.BUFFER_APPENDING, (_, { type, data }) => {
      if (type !== 'audio') this.#learnRate(data)
    })
    hls.on(Events.MANIFEST_PARSED, () => {
      hls.startLoad(0)
    })
    hls.once(Events.LEVEL_LOADED, () => {
      if (this.#wantedMs !== null) this.seek(this.#wantedMs)
    })
    hls.loadSource(new URL('/playlist/in-hand.m3u8', location.href).href)
    hls.attachMedia(this.video)
  }

  #learnRate(bytes: Uint8Array): void {
    this.#ticks = ticksOf(bytes) ?? this.#ticks
    const ticks = pictureTicksOf(bytes)
    if (ticks !== null) this.#tell({ frameSeconds: ticks / this.#ticks, isRateKnown: true })
  }

  #watch(): void {
    this.#frameHandle = this.video.requestVideoFrameCallback((_, { mediaTime }) => {
      this.#watch()
      this.#at = mediaTime
      const atMs = toStream(this.#segments, mediaTime)
      this.#tell({ atMs })
      this.onPicture(mediaTime)
      if (this.video.seeking) return
      this.#aim = null
      this.#refine(mediaTime, atMs)
    })
  }

  /** Where pictures begin is known only once one is seen: what was asked for may begin with the next one. */
  #refine(seconds: number, atMs: number | null): void {
    const early = this.#wantedMs === null || atMs === null ? 0 : (this.#wantedMs - atMs) / 1000
    this.#wantedMs = null
    const { frameSeconds } = this.#shown
    if (early > 0.001 && early < frameSeconds && this.video.paused) this.#go(seconds + frameSeconds)
  }

  readonly #onPlaying = (): void => this.#tell({ playing: !this.video.paused })

  #tell(changes: Partial<Shown>): void {
    this.#shown = { ...this.#shown, ...changes }
    for (const reader of [...this.#readers]) reader()
  }
}
