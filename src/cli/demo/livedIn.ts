/** A board on which much has happened: made-up videos, which stay in the log, and nodes, which leave with the demo. */
import { isLeft } from 'fp-ts/lib/Either.js'
import { stateOf } from '../../../machines/decide.js'
import type { DataOf, EventType } from '../../../machines/events.js'
import { act } from '../../log/act.js'
import { connect, type Db } from '../../log/database.js'
import { listNodes } from '../../log/nodes.js'
import { clearProgress, noteProgress } from '../../log/progress.js'
import { readCurrent } from '../../log/read.js'
import { bringCompanions } from './companions.js'
import { retryingId, stories, streamingId, youtubeTrouble } from './stories.js'
import { places } from './story.js'
import { tell } from './tell.js'

/** The demo's own node. */
export const demoNode = 'demo'

export interface LivedIn extends AsyncDisposable {
  /** How many of its videos are made up. */
  readonly videos: number
}

const noteEveryMs = 1_000
/** The cut that is under way, in seconds of video; it never comes to its end. */
const cut = { total: 5_400, aSecond: 2, most: 5_200, bytesASecond: 612_000 }

/**
 * Whatever else uses the database would take made-up videos for real ones, and tell people of them. @returns who does, for people;
 * null where nobody does.
 */
export async function whoElse(db: Db): Promise<string | null> {
  const ours: readonly string[] = [demoNode, places.alive, places.dead]
  const node = (await listNodes(db)).find(({ name, state }) => state === 'running' && !ours.includes(name))
  if (node) return `the node ${node.name} runs on this database`
  const { rows } = await db.query<{ name: string }>('select name from reelstate.webhooks order by name limit 1')
  return rows[0] ? `the webhook ${rows[0].name} is told of what happens in this database` : null
}

/** @param url of a database that is migrated. @returns who else uses it, where nothing was made up because of that. */
export async function liveIn(url: string, version: string): Promise<LivedIn | string> {
  const db = connect({ url, name: 'reelstate demo' })
  try {
    const others = await whoElse(db)
    if (others !== null) {
      await db.end()
      return others
    }
    const presence = await bringCompanions(url, db, version)
    const { rows } = await db.query<{ now: Date }>('select clock_timestamp() as now')
    const told = stories(rows[0]?.now.getTime() ?? 0)
    await tell(db, told)
    await goOn(db)
    const cutting = new Cutting(db)
    return {
      videos: told.length,
      async [Symbol.asyncDispose]() {
        await cutting.stop()
        await presence.leave()
        await db.end()
      },
    }
  } catch (error) {
    await db.end()
    throw error
  }
}

/** What an earlier demo has left has come to its time, or was given back when that ended. */
async function goOn(db: Db): Promise<void> {
  const by = { node: places.alive }
  const happens = <T extends EventType>(id: string, type: T, data: (at: string) => DataOf<T>) =>
    act(db, id, { type, data: (_, at) => data(at), by })
  const attemptOf = (id: string, at: string): string => `${id}-again-${Date.parse(at)}`
  for (const id of [streamingId, retryingId]) {
    const read = await readCurrent(db, id)
    if (isLeft(read) || read.right.snapshot === null || stateOf(read.right.snapshot) !== 'EDITED') continue
    const attempt = attemptOf(id, read.right.now)
    // refused where it is still too early for it
    const claimed = await happens(id, 'Claimed', () => ({ attempt, attempts_limit: 3, why: null }))
    if (isLeft(claimed)) continue
    await happens(id, 'UploadOpened', () => ({ attempt, destination: null }))
    if (id !== retryingId) continue
    await happens(id, 'Released', (at) => ({
      ...{ attempt, cause: youtubeTrouble, counts: false, proof: null },
      not_before: new Date(Date.parse(at) + 25 * 60_000).toISOString(),
    }))
  }
}

/** Says how far the cut that is under way is, as its node would. */
class Cutting {
  readonly #timer: NodeJS.Timeout
  #noting: Promise<void> = Promise.resolve()
  #isNoting = false

  constructor(private readonly db: Db) {
    this.#note()
    this.#timer = setInterval(() => this.#note(), noteEveryMs)
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer)
    await this.#noting
    await clearProgress(this.db, streamingId).catch(() => undefined)
  }

  #note(): void {
    if (this.#isNoting) return
    this.#isNoting = true
    // where the database is away the demo's own node says so
    this.#noting = this.#noteOnce()
      .catch(() => undefined)
      .finally(() => (this.#isNoting = false))
  }

  async #noteOnce(): Promise<void> {
    const read = await readCurrent(this.db, streamingId)
    if (isLeft(read) || read.right.snapshot === null || stateOf(read.right.snapshot) !== 'CLAIMED') return
    const { attempt } = read.right.snapshot.context
    if (attempt === null) return
    const forSeconds = (Date.parse(read.right.now) - Date.parse(attempt.claimed_at)) / 1000
    const doneSeconds = Math.min(cut.most, forSeconds * cut.aSecond)
    await noteProgress(this.db, streamingId, {
      ...{ attempt: attempt.id, doneSeconds, totalSeconds: cut.total },
      bytes: Math.round(doneSeconds * cut.bytesASecond),
    })
  }
}
