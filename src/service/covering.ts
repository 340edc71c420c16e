/**
 * The coverage loop: goes through the hours of footage on this node's disk, beside the cutting and at half speed at the most, reads
 * those that are not as they were, and notes what there is of them. Nothing of it is kept here: what is known is in the database.
 */
import { setTimeout as delay } from 'node:timers/promises'
import {
  forgetCoverage,
  keepOnlyHours,
  keepOnlyQualities,
  keptHours,
  noteHour,
  noteRound,
  type Round,
} from '../log/coverage.js'
import type { Db } from '../log/database.js'
import { listRecorded, type Recorded, whyUnreadable } from '../segments/coverage/recorded.js'
import { spillOf } from '../segments/coverage/spill.js'
import { survey } from '../segments/coverage/survey.js'
import { Filling } from './filling.js'

/** Where nothing is to be looked at. */
const NEVER_MS = 3_600_000
/** What other nodes and people see of how far it is. */
const TELL_MS = 2_000
/** After an hour was read, others have the processor for as long as that took, but not for longer. */
const LONGEST_REST_MS = 250

export interface CoveringOptions {
  readonly db: Db
  readonly node: string
  /** The folder of channels. */
  readonly root: string
  /** From the end of a round to the next; null: never, and what was noted before is forgotten. */
  readonly everySeconds: number | null
  readonly now: () => number
  /** What operators should know of the disk. */
  readonly warn: (lines: readonly string[]) => void
  readonly stopping: AbortSignal
}

/** What a round came to. */
export interface Covered extends Round {
  /** Hours that are no longer there. */
  readonly removed: number
  readonly filled: number
}

export class Covering {
  readonly #filling: Filling
  #nextMs = -Infinity
  /** Hours, as `channel/quality/hour`, since published holes were last looked for in them. */
  readonly #changed = new Set<string>()

  constructor(private readonly options: CoveringOptions) {
    this.#filling = new Filling(options)
  }

  /** One round of the loop. @returns when to look again, in milliseconds. */
  async round(): Promise<number> {
    const { db, node, everySeconds } = this.options
    const leftMs = this.#nextMs - performance.now()
    if (leftMs > 0) return leftMs
    if (everySeconds === null) await forgetCoverage(db, node)
    else await this.look()
    const everyMs = everySeconds === null ? NEVER_MS : everySeconds * 1000
    this.#nextMs = performance.now() + everyMs
    return everyMs
  }

  /** Goes through all hours once. Ends early, without an error, where the node is stopped. Throws the database's error. */
  async look(): Promise<Covered> {
    const { db, node, root, warn, stopping } = this.options
    const listed = await listRecorded(root).catch((error: unknown) => whyUnreadable(error))
    if (typeof listed === 'string') {
      const unreadable = [`coverage: the folder of channels cannot be read: ${listed}`]
      warn(unreadable)
      return { hours: 0, done: 0, read: 0, unreadable, removed: 0, filled: 0 }
    }
    const looking = new Looking(
      listed.recorded.reduce((sum, { hours }) => sum + hours.length, 0),
      listed.unreadable.map(
        ({ channel, quality, reason }) =>
          `coverage: ${channel}${quality === null ? '' : `/${quality}`} cannot be read: ${reason}`,
      ),
    )
    await noteRound(db, node, looking.round(), 'begun')
    for (const recorded of listed.recorded) await this.#lookAt(recorded, looking)
    if (!stopping.aborted) {
      const known = [
        ...listed.recorded,
        ...listed.unreadable.flatMap(({ channel, quality }) => (quality === null ? [] : { channel, quality })),
      ]
      const unknown = listed.unreadable.flatMap(({ channel, quality }) => (quality === null ? channel : []))
      for (const { channel, quality, hour } of await keepOnlyQualities(db, node, known, unknown)) {
        looking.removed++
        this.#changed.add(`${channel}/${quality}/${hour}`)
      }
      looking.filled = await this.#filling.look(this.#changed)
      if (!stopping.aborted) this.#changed.clear()
      await noteRound(db, node, looking.round(), 'ended')
      warn(looking.unreadable)
    }
    return { ...looking.round(), removed: looking.removed, filled: looking.filled }
  }

  async #lookAt(recorded: Recorded, looking: Looking): Promise<void> {
    const { db, node, root, now, stopping } = this.options
    const { channel, quality } = recorded
    if (stopping.aborted) return
    const kept = await keptHours(db, node, channel, quality)
    const known = new Map([...kept].map(([hour, { stamp, spill }]) => [hour, { stamp, spill: spillOf(spill) }]))
    const gone = new Set<string>()
    let begunMs = performance.now()
    for await (const seen of survey(recorded, { root, now, known })) {
      if (stopping.aborted) return
      const { hour } = seen
      looking.done++
      if (seen.found === 'gone') gone.add(hour)
      if (seen.found === 'unreadable')
        looking.unreadable.push(`coverage: ${channel}/${quality}/${hour} cannot be read: ${seen.reason}`)
      if (seen.found === 'measured') {
        const { figures, pieces, spill } = seen.measured
        await noteHour(db, { node, channel, quality, hour, stamp: seen.stamp, figures, pieces, spill })
        looking.read++
        this.#changed.add(`${channel}/${quality}/${hour}`)
        await this.#rest(performance.now() - begunMs)
      }
      if (looking.isToTell()) await noteRound(db, node, looking.round(), 'goes on')
      begunMs = performance.now()
    }
    const hours = recorded.hours.filter((hour) => !gone.has(hour))
    for (const hour of await keepOnlyHours(db, node, { channel, quality, hours })) {
      looking.removed++
      this.#changed.add(`${channel}/${quality}/${hour}`)
    }
  }

  async #rest(ms: number): Promise<void> {
    await delay(Math.min(ms, LONGEST_REST_MS), undefined, { signal: this.options.stopping }).catch(() => undefined)
  }
}

/** What a round has seen so far. */
class Looking {
  done = 0
  read = 0
  removed = 0
  filled = 0
  #toldMs = performance.now()

  constructor(
    private readonly hours: number,
    readonly unreadable: string[],
  ) {}

  round(): Round {
    const { hours, done, read, unreadable } = this
    // a whole disk that can't be read is said often enough by its first hours
    return { hours, done, read, unreadable: unreadable.slice(0, 20) }
  }

  isToTell(): boolean {
    if (performance.now() < this.#toldMs + TELL_MS) return false
    this.#toldMs = performance.now()
    return true
  }
}
