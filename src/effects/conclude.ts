/** The end of an attempt that did not publish: its session is ended, and the log says why, however long that takes. */
import { isLeft } from 'fp-ts/lib/Either.js'
import { formatInstant, instantMs } from '../../machines/codecs.js'
import { holder } from '../../machines/context.js'
import { stateOf } from '../../machines/decide.js'
import { readCurrent } from '../log/read.js'
import type { Session } from '../upload/backend.js'
import { tellTrouble } from './breaker.js'
import { endUpload, type Upload } from './endUpload.js'
import { backoffMs } from './location.js'
import { endless, type Note, patiently, persist } from './persist.js'
import { askDestination } from './reconcile.js'
import type { Cause } from './trouble.js'
import type { Ended, Work } from './work.js'

/** @param total the publication's bytes, if all but the last chunk had been sent. */
export async function conclude(
  work: Work,
  session: Session | null,
  total: number | null,
  cause: Cause,
): Promise<Ended> {
  const { db, video, attempt, around, location } = work
  // a video must not stay claimed by a node that has given it up, so the database is waited for
  const patience = endless(around)
  const upload = (reference: Session['reference']): Upload => ({
    ...{ db, node: around.node, video: video.id, attempt, upload_location: location.name },
    ...{ backend: location.backend, reference, total },
  })
  const endSession = async (): Promise<void> => {
    if (session) await endUpload(upload(session.reference), patience)
  }
  if (cause.over) {
    await endSession()
    return 'over'
  }
  const read = await patiently(() => readCurrent(db, video.id), patience)
  const snapshot = isLeft(read) ? null : read.right.snapshot
  if (isLeft(read) || !snapshot || holder(snapshot.context) !== attempt) {
    // where another node asks the destination, it is for that one to say
    if (snapshot?.context.attempt?.id !== attempt) await endSession()
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
    const asked = { upload: upload(session.reference), asker: attempt, cause: cause.message, notBefore, counts }
    const answer = await askDestination(asked)
    // what was published all the same was no trouble
    if (cause.trouble !== undefined && answer !== 'published') await tellTrouble(work, cause, cause.trouble, attempts)
    return answer
  }
  await endSession()
  const released: Note = {
    type: 'Released',
    data: { attempt, cause: cause.message, counts, not_before: notBefore, proof: null },
  }
  const failed: Note = { type: 'Failed', data: { attempt, cause: cause.message, proof: null } }
  const noted = await persist(db, video.id, { ...(cause.retryable ? released : failed), node: around.node }, patience)
  if (isLeft(noted)) return 'over'
  return cause.retryable ? 'released' : 'failed'
}
