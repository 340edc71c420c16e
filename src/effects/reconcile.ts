/** Asking a destination what became of an upload whose finalizing had begun, and telling the log. */
import { isLeft } from 'fp-ts/lib/Either.js'
import { closeSession } from '../log/sessions.js'
import type { Status } from '../upload/backend.js'
import { confirmed, noteEnd, settledStatus, type Upload } from './endUpload.js'
import { endless, type Note, persist } from './persist.js'

export interface Question {
  /** With `total` as FinalizeStarted gave it. */
  readonly upload: Upload
  /** Who asks: the attempt itself, or the id of its ReconcileClaimed. */
  readonly asker: string
  /** Why it had to be asked. */
  readonly cause: string
  /** Where the upload turns out to be aborted: when the video may be claimed again, and whether that attempt counts. */
  readonly notBefore: string | null
  readonly counts: boolean
  /** It has been asked often enough whether an unfinished upload can't be aborted: a person has to look. */
  readonly last?: boolean
}

/** `later`: nothing was said, as the destination may be able to answer another time. */
export type Answer = 'published' | 'released' | 'uncertain' | 'over' | 'later'

const patience = endless()

/** The destination's answer decides; only what it cannot tell, now or later, is left to a person. */
export async function askDestination(question: Question): Promise<Answer> {
  const { upload } = question
  const status = await settledStatus(upload)
  const decided = verdict(question, status)
  if (decided === 'later') return decided
  const { what, answer } = decided
  const noted = await persist(upload.db, upload.video, { ...what, node: upload.node }, patience)
  if (isLeft(noted)) {
    // Uploaded is taken from whoever says it, so the video does not stand for this attempt any more
    if (status._tag === 'complete') await noteEnd(upload, status, patience)
    return 'over'
  }
  if (answer === 'uncertain') return answer
  // in this order: a session that stays open is looked at again
  await upload.backend.forget(upload.reference)
  await closeSession(upload.db, upload.attempt)
  return answer
}

function verdict(question: Question, status: Status): { what: Note; answer: Answer } | 'later' {
  const { upload, asker, cause, notBefore, counts, last = false } = question
  switch (status._tag) {
    case 'complete': {
      const { attempt, backend } = upload
      return {
        what: { type: 'Uploaded', data: { attempt, ...status.published, processing: backend.processes } },
        answer: 'published',
      }
    }
    case 'aborted':
      return {
        what: {
          type: 'Released',
          data: {
            attempt: asker,
            cause,
            counts,
            not_before: notBefore,
            proof: confirmed,
          },
        },
        answer: 'released',
      }
    case 'incomplete':
      if (!last) return 'later'
      return { what: unknown(asker, `${cause}; the unfinished upload could not be aborted`), answer: 'uncertain' }
    case 'unknown':
      if (status.passing === true) return 'later'
      return { what: unknown(asker, `${cause}; ${status.why}`), answer: 'uncertain' }
    case 'gone':
      return { what: unknown(asker, `${cause}; ${status.why}`), answer: 'uncertain' }
  }
}

const unknown = (attempt: string, cause: string): Note => ({ type: 'FinalizeUnknown', data: { attempt, cause } })
