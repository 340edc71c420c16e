/**
 * The reconciling loop: uploads that may have been published while nobody was there to hear of it. Those of videos that wait for the
 * answer, and those that are left of attempts that are over.
 */
import { randomUUID } from 'node:crypto'
import { isLeft } from 'fp-ts/lib/Either.js'
import { holder } from '../../machines/context.js'
import { endUpload } from '../effects/endUpload.js'
import type { Surroundings } from '../effects/location.js'
import type { Patience } from '../effects/persist.js'
import { type Answer, askDestination } from '../effects/reconcile.js'
import { act } from '../log/act.js'
import type { Db } from '../log/database.js'
import { type OpenSession, sessionOf, straySessions } from '../log/sessions.js'
import { unsettled } from '../log/unsettled.js'
import { type Candidate, heldBy } from '../log/work.js'
import { Later, usualWaits } from './later.js'
import { sweepMs } from './loop.js'

/** So often an abort is tried that the destination does not confirm: for about an hour. */
const ABORTS = 12

// where the database goes away in between, the next round begins anew
const impatient: Patience = { graceMs: 0, signal: new AbortController().signal }

/** Those of this process. */
export interface OwnAttempts {
  /** Somebody is at work on them. */
  readonly inHand: ReadonlySet<string>
  /** They ended without an answer, and are asked about here. */
  readonly unsettled: Set<string>
}

export class Reconciling {
  readonly #later: Later

  constructor(
    private readonly db: Db,
    private readonly around: Surroundings,
    private readonly stopping: AbortSignal,
    private readonly own: OwnAttempts,
    waits = usualWaits,
  ) {
    this.#later = new Later(waits)
  }

  /** One round of the loop. @returns when to look again, in milliseconds. */
  async round(): Promise<number> {
    const { db, around, own } = this
    await loseForgotten(db, around.node, own)
    const locations = [...around.locations.keys()]
    for (const candidate of await unsettled(db, around.node, locations, {
      own: [...this.own.unsettled],
      except: this.#later.waiting,
    })) {
      if (this.stopping.aborted) return sweepMs
      await this.#reconcile(candidate)
    }
    for (const session of await straySessions(db, locations, this.#later.waiting)) {
      if (this.stopping.aborted) return sweepMs
      await this.#end(session)
    }
    return Math.min(sweepMs, this.#later.nextMs)
  }

  async #reconcile({ id, context }: Candidate): Promise<void> {
    const { attempt } = context
    if (!attempt) return
    const answer = await this.#ask(id, context, attempt)
    if (answer === 'later') return this.#later.put(attempt.id)
    this.#later.settled(attempt.id)
    this.own.unsettled.delete(attempt.id)
  }

  async #ask(
    id: string,
    context: Candidate['context'],
    attempt: NonNullable<Candidate['context']['attempt']>,
  ): Promise<Answer> {
    const { db, around } = this
    const backend = around.locations.get(attempt.upload_location)?.backend
    if (!backend) return 'later'
    // its own attempt; or said already where the database went away before it was asked
    const asker = holder(context) ?? (await claim(db, around.node, id, attempt.id))
    if (asker === null) return 'over'
    const session = await sessionOf(db, attempt.id)
    const lost = attempt.lost ? `${attempt.node} stopped while it finalized` : 'finalizing was interrupted'
    return askDestination({
      upload: {
        ...{ db, node: around.node, video: id, attempt: attempt.id, upload_location: attempt.upload_location, backend },
        // without a reference the destination cannot be asked, and says so
        reference: session?.reference ?? {},
        total: attempt.bytes,
      },
      asker,
      cause: context.error ?? lost,
      // the loss of its node has counted; past the limit this says so
      notBefore: null,
      counts: context.attempts >= context.attempts_limit,
      last: this.#later.tries(attempt.id) >= ABORTS,
    })
  }

  async #end(session: OpenSession): Promise<void> {
    const { attempt, upload_location } = session
    const backend = this.around.locations.get(upload_location)?.backend
    if (!backend) return
    const { db, around } = this
    const { _tag } = await endUpload({ ...session, db, node: around.node, backend }, impatient)
    // however long: it costs little, and what is published must come into the log
    if (_tag === 'unknown' || _tag === 'incomplete') this.#later.put(attempt)
    else this.#later.settled(attempt)
  }
}

/** @returns the id to ask under; null where another node was faster. */
async function claim(db: Db, node: string, id: string, upload: string): Promise<string | null> {
  const reconcile = randomUUID()
  const claimed = await act(db, id, {
    type: 'ReconcileClaimed',
    data: () => ({ attempt: upload, reconcile }),
    by: { node },
  })
  return isLeft(claimed) ? null : reconcile
}

/** What a node of this name had in hand when it died: at its start, before it takes anything new. */
export async function loseOwnAttempts(db: Db, node: string): Promise<void> {
  for (const { id, context } of await heldBy(db, node)) {
    const attempt = holder(context)
    if (attempt === null || (context.reconcile ?? context.attempt)?.node !== node) continue
    await lose(db, node, id, attempt, `${node} stopped in the middle and was started anew`)
  }
}

/**
 * What this node is said to be at work on although nobody is: an append that was given up, or whose node was killed and started anew,
 * may still go in, however late. @param own looked at after the log: what goes in from now on is in hand already.
 */
async function loseForgotten(db: Db, node: string, own: OwnAttempts): Promise<void> {
  for (const { id, context } of await heldBy(db, node)) {
    const attempt = holder(context)
    // its questions to a destination are asked again by this loop
    if (attempt === null || context.reconcile !== null || own.inHand.has(attempt) || own.unsettled.has(attempt))
      continue
    await lose(db, node, id, attempt, `${node} was no longer at work on it when the log learnt of it`)
  }
}

/** Refused where somebody has said so already, or where it is over. */
const lose = (db: Db, node: string, video: string, attempt: string, cause: string) =>
  act(db, video, { type: 'NodeLost', data: () => ({ attempt, lost: node, cause }), by: { node } })
