/** Asking a destination what became of an upload whose finalizing had begun, and telling the log. */
import { isLeft } from 'fp-ts/lib/Either.js'
import type { Db } from '../log/database.js'
import { closeSession } from '../log/sessions.js'
import type { Backend, Reference, Status } from '../upload/backend.js'
import { type Note, persist } from './persist.js'

export interface Question {
  readonly db: Db
  readonly node: string
  readonly video: string
  /** The attempt that uploaded. */
  readonly upload: string
  /** Who asks: the attempt itself, or the id of its ReconcileClaimed. */
  readonly asker: string
  readonly backend: Backend
  readonly reference: Reference
  /** Bytes of the publication, as FinalizeStarted gave them. */
  readonly total: number | null
  /** Why it had to be asked. */
  readonly cause: string
  /** Where the upload turns out to be aborted: when the video may be claimed again, and whether that attempt counts. */
  readonly notBefore: string | null
  readonly counts: boolean
}

export type Answer = 'published' | 'released' | 'uncertain' | 'over'

/** The destination's answer decides; only what it cannot tell is left to a person. */
export async function askDestination(question: Question): Promise<Answer> {
  const { backend, reference, total } = question
  let status = await backend.status(reference, total)
  if (status._tag === 'incomplete') status = await backend.abort(reference, total)
  const { what, answer } = verdict(question, status)
  const noted = await persist(
    question.db,
    question.video,
    { ...what, node: question.node },
    { graceMs: Infinity, signal: new AbortController().signal },
  )
  if (isLeft(noted)) return 'over'
  if (answer === 'uncertain') return answer
  // in this order: a session that stays open is looked at again by the next claim
  await backend.forget(reference)
  await closeSession(question.db, question.upload)
  return answer
}

function verdict(
  { upload, asker, backend, cause, notBefore, counts }: Question,
  status: Status,
): { what: Note; answer: Answer } {
  switch (status._tag) {
    case 'complete':
      return {
        what: { type: 'Uploaded', data: { attempt: upload, ...status.published, processing: backend.processes } },
        answer: 'published',
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
            proof: 'the destination confirmed the abort, and shows no publication after it',
          },
        },
        answer: 'released',
      }
    case 'incomplete':
      return { what: unknown(asker, `${cause}; the unfinished upload could not be aborted`), answer: 'uncertain' }
    case 'gone':
    case 'unknown':
      return { what: unknown(asker, `${cause}; ${status.why}`), answer: 'uncertain' }
  }
}

const unknown = (attempt: string, cause: string): Note => ({ type: 'FinalizeUnknown', data: { attempt, cause } })
