/** The end of an attempt that did not publish: its session is ended, and the log says why, however long that takes. */
import { isLeft } from 'fp-ts/lib/Either.js'
import { formatInstant, instantMs } from '../../machines/codecs.js'
import { holder } from '../../machines/context.js'
import { stateOf } from '../../machines/decide.js'
import { readCurrent } from '../log/read.js'
import { closeSession } from '../log/sessions.js'
import type { Session } from '../upload/backend.js'
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
  const usualMs = cause.counts ? backoffMs(snapshot.context.attempts, around.random) : null
  const waitMs = cause.retryable ? (cause.waitMs ?? usualMs) : null
  const notBefore = waitMs === null ? null : formatInstant(instantMs(at) + waitMs)
  if (session && stateOf(snapshot) === 'FINALIZING') {
    const question = {
      db,
      node: around.node,
      video: video.id,
      upload: attempt,
      asker: attempt,
      backend: work.location.backend,
    }
    const { message, counts } = cause
    return askDestination({ ...question, reference: session.reference, total, cause: message, notBefore, counts })
  }
  if (session) await endSession(work, session)
  const released: Note = {
    type: 'Released',
    data: { attempt, cause: cause.message, counts: cause.counts, not_before: notBefore, proof: null },
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
