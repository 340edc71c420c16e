/** The reconciling loop: uploads whose node is gone while they may have been published. */
import { randomUUID } from 'node:crypto'
import { isLeft } from 'fp-ts/lib/Either.js'
import { holder } from '../../machines/context.js'
import { formatInstant, instantMs } from '../../machines/codecs.js'
import { backoffMs, type Surroundings } from '../effects/location.js'
import { askDestination } from '../effects/reconcile.js'
import { act } from '../log/act.js'
import type { Db } from '../log/database.js'
import { sessionOf } from '../log/sessions.js'
import { type Candidate, heldBy, toReconcile } from '../log/work.js'
import { sweepMs } from './loop.js'

/** One round of the loop. @returns when to look again, in milliseconds. */
export async function reconcileAll(db: Db, around: Surroundings, stopping: AbortSignal): Promise<number> {
  for (const candidate of await toReconcile(db, [...around.locations.keys()])) {
    if (stopping.aborted) break
    await reconcileOne(db, around, candidate)
  }
  return sweepMs
}

async function reconcileOne(db: Db, around: Surroundings, { id, context }: Candidate): Promise<void> {
  const { node, locations, random } = around
  const upload = context.attempt
  const backend = locations.get(upload?.upload_location ?? '')?.backend
  if (!upload || !backend) return
  const asker = randomUUID()
  const claimed = await act(db, id, {
    type: 'ReconcileClaimed',
    data: () => ({ attempt: upload.id, reconcile: asker }),
    by: { node },
  })
  if (isLeft(claimed)) return
  const session = await sessionOf(db, upload.id)
  const notBefore = formatInstant(instantMs(claimed.right.event.at) + backoffMs(context.attempts, random))
  await askDestination({
    db,
    node,
    video: id,
    upload: upload.id,
    asker,
    backend,
    // without a reference the destination cannot be asked, and says so
    reference: session?.reference ?? {},
    total: upload.bytes,
    cause: context.error ?? `${upload.node} stopped while it finalized`,
    notBefore,
  })
}

/** What a node of this name had in hand when it died: at its start, before it takes anything new. */
export async function loseOwnAttempts(db: Db, node: string): Promise<void> {
  for (const { id, context } of await heldBy(db, node)) {
    const attempt = holder(context)
    if (attempt === null || (context.reconcile ?? context.attempt)?.node !== node) continue
    // refused where another node has said so already
    await act(db, id, {
      type: 'NodeLost',
      data: () => ({ attempt, lost: node, cause: `${node} stopped in the middle and was started anew` }),
      by: { node },
    })
  }
}
