/**
 * The minding loop: looks after what nobody else would go on with. Videos in the hands of a node that is gone are given back, and
 * people are told of those that no node will take. Any running node does it for all; the chart takes what is said first.
 */
import { isLeft } from 'fp-ts/lib/Either.js'
import type { Surroundings } from '../effects/location.js'
import { lookForFootage } from '../effects/footage.js'
import { act } from '../log/act.js'
import type { Db } from '../log/database.js'
import { forgetOldFootage, noteFootage, unlooked, withoutFootage } from '../log/footage.js'
import { heldByOthers } from '../log/held.js'
import { noteChannels } from '../log/nodes.js'
import { readCurrent } from '../log/read.js'
import { untaken } from '../log/work.js'
import { whyUnreadable } from '../segments/coverage/recorded.js'
import { listChannels } from '../segments/store.js'
import { Footageless } from './footageless.js'
import { Silence } from './silence.js'

const ROUND_MS = 2_000
/** Between two looks at what people have to be told of. */
const SURVEY_MS = 20_000
/** A node that starts anew is no reason to tell anybody. */
const UNTAKEN_SECONDS = 45
const NO_FOOTAGE_SECONDS = 600

export class Minding {
  readonly #silence = new Silence()
  readonly #footageless = new Footageless()
  #surveyAtMs = 0

  constructor(
    private readonly db: Db,
    private readonly around: Surroundings,
    private readonly stopping: AbortSignal,
    /** What operators should know of the disk. */
    private readonly warn: (lines: readonly string[]) => void,
  ) {}

  /** One round of the loop. @param nowMs of a clock that never jumps. @returns when to look again, in milliseconds. */
  async round(nowMs = performance.now()): Promise<number> {
    await this.#giveBackLost()
    if (nowMs >= this.#surveyAtMs) {
      await this.#survey(nowMs)
      this.#surveyAtMs = performance.now() + SURVEY_MS
    }
    return ROUND_MS
  }

  /** What was seen of the others' beats is of no use any more: nobody is dead because the database was away. */
  doubt(): void {
    this.#silence.forget()
  }

  async #giveBackLost(): Promise<void> {
    const { db, around } = this
    // as of before the question: an answer may have been on its way for long, where this process was paused
    const askedMs = performance.now()
    const held = await heldByOthers(db, around.node)
    for (const { video, node, attempt, cause } of this.#silence.lost(held, askedMs)) {
      if (this.stopping.aborted) return
      // refused where another node was faster, or where it went on after all
      await act(db, video, {
        type: 'NodeLost',
        data: () => ({ attempt, lost: node, cause }),
        by: { node: around.node },
      })
    }
  }

  async #survey(nowMs: number): Promise<void> {
    const { db, around } = this
    await this.#noteChannels()
    await this.#warnOfUntaken()
    await this.#lookForOthers()
    const without = await withoutFootage(db, NO_FOOTAGE_SECONDS)
    for (const { id, version, nodes } of this.#footageless.longEnough(without, nowMs, NO_FOOTAGE_SECONDS)) {
      const cause = `there is no footage of it at all: for ${NO_FOOTAGE_SECONDS / 60} minutes ${nodes.join(', ')} had none`
      await act(db, id, {
        type: 'Failed',
        data: () => ({ attempt: null, cause, proof: null }),
        by: { node: around.node },
        expected: version,
      })
    }
    await forgetOldFootage(db)
  }

  /** Of a disk that can't be read, what was known of it holds on: everything else goes on without it. */
  async #noteChannels(): Promise<void> {
    const { db, around } = this
    const listed = await listChannels(around.segmentsRoot).catch((error: unknown) => whyUnreadable(error))
    if (typeof listed === 'string')
      return this.warn([
        `the folder of segments cannot be read (${listed}): this node cuts nothing until it can be; look at its disk, and at who may read it`,
      ])
    this.warn([])
    await noteChannels(db, around.node, listed)
  }

  async #warnOfUntaken(): Promise<void> {
    const { db, around } = this
    for (const { id, version, location, named } of await untaken(db, UNTAKEN_SECONDS)) {
      const whom =
        named === null ? 'no running node' : `none of the nodes that the edit names (${named.join(', ')}) runs and`
      await act(db, id, {
        type: 'Warned',
        data: () => ({ kind: 'no_node', message: `${whom} offers the location "${location}"` }),
        by: { node: around.node },
        expected: version,
      })
    }
  }

  /** Others have nothing of these. The cutting loop of this node, busy with something long, may not have looked yet. */
  async #lookForOthers(): Promise<void> {
    const { db, around } = this
    for (const { id, editTime } of await unlooked(db, around.node, SURVEY_MS / 1000)) {
      if (this.stopping.aborted) return
      const read = await readCurrent(db, id)
      if (isLeft(read) || read.right.snapshot === null) continue
      const { missingSeconds, nothing } = await lookForFootage(
        around.node,
        around.segmentsRoot,
        read.right.snapshot.context.edit,
      )
      if (missingSeconds !== null)
        await noteFootage(db, { video: id, node: around.node, editTime, missingSeconds, nothing })
    }
  }
}
