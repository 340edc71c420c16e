/** The end of an upload that no attempt stands for any more: at its destination first, then in the log. */
import { type Either, isLeft } from 'fp-ts/lib/Either.js'
import type { Refusal } from '../log/act.js'
import type { Db } from '../log/database.js'
import { closeSession } from '../log/sessions.js'
import type { Backend, Reference, Status } from '../upload/backend.js'
import { type Note, type Patience, patiently, persist } from './persist.js'

/** What was opened and has not been seen to end. */
export interface Upload {
  readonly db: Db
  readonly node: string
  readonly video: string
  /** The attempt that opened it, which is over. */
  readonly attempt: string
  readonly upload_location: string
  readonly backend: Backend
  readonly reference: Reference
  /** Bytes of the publication, where finalizing had begun. */
  readonly total: number | null
}

/** How the log says that an abort is confirmed. */
export const confirmed = 'the destination confirmed the abort, and shows no publication after it'

/** What the destination says of it, after an abort where it was unfinished. */
export async function settledStatus({ backend, reference, total }: Upload): Promise<Status> {
  const status = await backend.status(reference, total)
  return status._tag === 'incomplete' ? backend.abort(reference, total) : status
}

/**
 * Sees to it that nothing more comes of the upload, and that the log knows what has: a publication that nobody stands for is an
 * orphan. @throws what `persist` throws.
 */
export async function endUpload(upload: Upload, patience: Patience): Promise<Status> {
  const status = await settledStatus(upload)
  await noteEnd(upload, status, patience)
  return status
}

/** The session stays open, to be looked at again, where what has become of it is not known. */
export async function noteEnd(upload: Upload, status: Status, patience: Patience): Promise<void> {
  switch (status._tag) {
    case 'complete': {
      const { attempt, upload_location } = upload
      // refused where the log knows of the publication already
      const orphan: Note = { type: 'OrphanFound', data: { attempt, upload_location, ...status.published } }
      if (isUnread(await say(upload, orphan, patience))) return
      break
    }
    case 'aborted': {
      // before finalizing there was nothing that could be left behind
      if (upload.total === null) break
      const aborted: Note = { type: 'OrphanAborted', data: { attempt: upload.attempt, proof: confirmed } }
      // refused where nothing was
      if (isUnread(await say(upload, aborted, patience))) return
      break
    }
    case 'gone':
      // what may have been published stays an orphan: there is nothing more to ask, so a person has to look
      break
    case 'incomplete':
    case 'unknown':
      return
  }
  // in this order: a session that is still open is looked at again
  await upload.backend.forget(upload.reference)
  await patiently(() => closeSession(upload.db, upload.attempt), patience)
}

const say = ({ db, video, node }: Upload, note: Note, patience: Patience) =>
  persist(db, video, { ...note, node }, patience)

/** Nothing was decided, as the video's events can't be read: it must be told once they can. */
const isUnread = (said: Either<Refusal, void>): boolean => isLeft(said) && said.left._tag !== 'NotAllowed'
