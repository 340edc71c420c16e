/** What has come of a fetch, for people and for the log. */
import type { Peer, PeerFailure } from './peer.js'

export interface FromPeer {
  readonly peer: string
  readonly segments: number
  readonly bytes: number
}

export interface Trouble {
  readonly peer: string
  readonly reason: string
  readonly times: number
}

export interface FetchReport {
  /** All that were asked, also those that did not answer. */
  readonly asked: readonly string[]
  /** Who sent how much, the most first. */
  readonly fetched: readonly FromPeer[]
  readonly troubles: readonly Trouble[]
  /** Segments that some peer says it has, and that could not be had of any. */
  readonly missed: number
  /** What ended it before its end: its time or whoever asked, what the disk must keep free, or the disk itself. */
  readonly stopped: { readonly by: 'time' | 'room' | 'disk'; readonly message: string } | null
}

/** A report while it is being made. */
export class Report {
  readonly #fetched = new Map<string, { segments: number; bytes: number }>()
  readonly #troubles = new Map<string, Trouble>()
  #asked: readonly string[] = []
  #missed = 0
  #stopped: FetchReport['stopped'] = null

  asked(peers: readonly Peer[]): void {
    this.#asked = peers.map(({ name }) => name)
  }

  fetched({ name }: Peer, bytes: number): void {
    const { segments = 0, bytes: before = 0 } = this.#fetched.get(name) ?? {}
    this.#fetched.set(name, { segments: segments + 1, bytes: before + bytes })
  }

  failed({ peer: { name }, reason }: PeerFailure): void {
    const key = JSON.stringify([name, reason])
    this.#troubles.set(key, { peer: name, reason, times: (this.#troubles.get(key)?.times ?? 0) + 1 })
  }

  missed(): void {
    this.#missed++
  }

  stoppedBy(by: 'time' | 'room' | 'disk', message = by === 'room' ? 'no more may be written to the disk' : ''): void {
    this.#stopped = { by, message }
  }

  told(): FetchReport {
    return {
      asked: this.#asked,
      fetched: [...this.#fetched]
        .map(([peer, counts]) => ({ peer, ...counts }))
        .sort((a, b) => b.segments - a.segments || a.peer.localeCompare(b.peer)),
      troubles: [...this.#troubles.values()],
      missed: this.#missed,
      stopped: this.#stopped,
    }
  }
}

/** Such as `12 segments from node-b, 3 from node-c`; of nobody, nothing. */
export function saidOf(fetched: readonly { readonly peer: string; readonly segments: number }[]): string {
  return fetched
    .map(
      ({ peer, segments }, index) =>
        `${segments}${index === 0 ? ` segment${segments === 1 ? '' : 's'}` : ''} from ${peer}`,
    )
    .join(', ')
}
