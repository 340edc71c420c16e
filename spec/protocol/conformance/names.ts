/** What the model calls an event of the real log. */
import type { VideoEvent } from '../../../machines/events.js'

/** Attempts have ids that no other life has: `a1@LIFE`. */
export const longName = (attempt: string, life: string): string => `${attempt}@${life}`
export const shortName = (attempt: string): string => attempt.split('@')[0] ?? ''

export class Names {
  readonly #askers = new Map<string, string>()
  #asked = 0

  /** Of an event as it stands in an append. */
  keyOf({ type, data, node }: Pick<VideoEvent, 'type' | 'data' | 'node'>): string {
    const about = this.#about({ type, data } as VideoEvent)
    return `${type}${about === '' ? '' : ' '}${about} by ${node ?? ''}`
  }

  /** The event is in the log. */
  went({ type }: Pick<VideoEvent, 'type'>): void {
    if (type === 'ReconcileClaimed') this.#asked++
  }

  #about({ type, data }: VideoEvent): string {
    if (!('attempt' in data)) return ''
    const attempt = this.#askers.get(data.attempt ?? '') ?? shortName(data.attempt ?? '')
    if (type === 'Claimed') return `${attempt} (limit ${data.attempts_limit})`
    if (type === 'Released')
      return `${attempt}${data.counts ? '' : ' (does not count)'}${data.proof === null ? '' : ' with proof'}`
    if (type !== 'ReconcileClaimed') return attempt
    this.#askers.set(data.reconcile, `r${this.#asked + 1}`)
    return `${attempt} as r${this.#asked + 1}`
  }
}
