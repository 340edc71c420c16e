/** The end of an attempt that did not publish: its session is ended, and the log says why, however long that takes. */
import { isLeft } from 'fp-ts/lib/Either.js'
import { formatInstant, instantMs } from '../../machines/codecs.js'
import { holder } from '../../machines/context.js'
import { stateOf } from '../../machines/decide.js'
import { readCurrent } from '../log/read.js'
import { closeSession } from '../log/sessions.js'
import type { Session } from '../upload/backend.js'
import { tellTrouble } from './breaker.js'
import { backoffMs } from './location.js'
import { type Note, patiently, persist } from './persist.js'
import { askDestination } from './reconcile.js'
import type { Cause } from './trouble.js'
import type { Ended, Work } from './work.js'

// a video must not stay claimed by a node that has given it up, so the database is waited for
const patience = { graceMs: Infinity, signal: new AbortController().signal }

/** @param total the publication's bytes, if all but the last chunk had been sent. */
export async function conclude(
  work: Work,
  session: Session | null,
  total: number | null,
  cause: Cause,
): Promise<Ended> {
  const { db, video, attempt, around } = work
  if (cause.over) {
    if (session) await endSession(work, session)
    return 'over'
  }
  const read = await patiently(() => readCurrent(db, video.id), patience)
  const snapshot = isLeft(read) ? null : read.right.snapshot
  if (isLeft(read) || !snapshot || holder(snapshot.context) !== attempt) {
    // whether finalizing had begun or not, it is for others to say
    if (session && snapshot?.context.attempt?.id !== attempt) await endSession(work, session)
    return 'over'
  }
  const at = read.right.now
  const { attempts } = snapshot.context
  const isFinalizing = stateOf(snapshot) === 'FINALIZING'
  // before the video is given back, so that nobody claims the next one only to come upon the same
  const { counts, waitMs } =
    cause.trouble !== undefined && !isFinalizing
      ? await tellTrouble(work, cause, cause.trouble, attempts)
      : { counts: cause.counts, waitMs: cause.waitMs ?? (cause.counts ? backoffMs(attempts, around.random) : null) }
  const notBefore = waitMs === null || !cause.retryable ? null : formatInstant(instantMs(at) + waitMs)
  if (session && isFinalizing) {
    const question = {
      db,
      node: around.node,
      video: video.id,
      upload: attempt,
      asker: attempt,
      backend: work.location.backend,
    }
    const asked = { ...question, reference: session.reference, total, cause: cause.message, notBefore, counts }
    const answer = await askDestination(asked)
    // what was published all the same was no trouble
    if (cause.trouble !== undefined && answer !== 'published') await tellTrouble(work, cause, cause.trouble, attempts)
    return answer
  }
  if (session) await endSession(work, session)
  const released: Note = {
    type: 'Released',
    data: { attempt, cause: cause.message, counts, not_before: notBefore, proof: null },
  }
  const failed: Note = { type: 'Failed', data: { attempt, cause: cause.message, proof: null } }
  const noted = await persist(db, video.id, { ...(cause.retryable ? released : failed), node: around.node }, patience)
  if (isLeft(noted)) return 'over'
  return cause.retryable ? 'released' : 'failed'
}

/** Before finalizing had begun: the last chunk was held back, so there is nothing that could be published. */
async function endSession({ db, location, attempt }: Work, { reference }: Session): Promise<void> {
  const { _tag } = await location.backend.abort(reference, null)
  if (_tag !== 'aborted' && _tag !== 'gone') return
  // in this order: a session that stays open is looked at again by the next claim
  await location.backend.forget(reference)
  await closeSession(db, attempt).catch(() => undefined)
}
