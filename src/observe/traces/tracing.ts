/** Sends the spans that this node's events have ended to whoever collects traces. */
import { isConnectionError } from '../../log/connectionError.js'
import type { Db } from '../../log/database.js'
import { readHistory, type Recorded } from '../../log/read.js'
import type { OnNotice } from '../notice.js'
import { type Observer, stateAfter, videoOf } from '../observer.js'
import type { Exporting } from './exporting.js'
import { spansOf } from './spans.js'

export interface TracingOptions {
  readonly db: Db
  /** This node's name. */
  readonly node: string
  readonly exporting: Exporting
  readonly onNotice: OnNotice
}

/** What can end a part of an attempt, or happen before that is read. */
const STATES = new Set(['CLAIMED', 'FINALIZING', 'TRANSCODING'])

export class Tracing implements Observer {
  /** Videos with an attempt, as far as is known: what happens to others ends nothing. */
  readonly #under = new Set<string>()
  #sending: Promise<void> = Promise.resolve()
  #said = false

  constructor(private readonly options: TracingOptions) {}

  see(event: Recorded): void {
    const video = videoOf(event)
    if (video === null) return
    const wasUnder = this.#under.has(video)
    if (STATES.has(stateAfter(event))) this.#under.add(video)
    else this.#under.delete(video)
    // what was claimed before this node started is known by its next event
    const mayEnd = wasUnder || event.node === this.options.node
    if (!mayEnd || event.type === 'Claimed') return
    this.#sending = this.#sending.then(() => this.#send(video, event))
  }

  async close(): Promise<void> {
    await this.#sending
    await this.options.exporting.close()
  }

  async #send(video: string, { version }: Recorded): Promise<void> {
    const { db, node, exporting, onNotice } = this.options
    try {
      const history = await readHistory(db, video, { upTo: version })
      for (const span of spansOf(video, history)) if (span.version === version && span.by === node) exporting.send(span)
    } catch (error) {
      if (!isConnectionError(error)) throw error
      // a trace with a gap is no reason to hold up anything
      if (!this.#said) onNotice(`traces have gaps: ${error.message}`, { loop: 'tracing', level: 'warn' })
      this.#said = true
    }
  }
}
