/** An operator hides an orphan: at its destination first, then in the log. */
import { type Either, isLeft, left } from 'fp-ts/lib/Either.js'
import { act, type Acted, type By, type Refusal } from '../log/act.js'
import type { Db } from '../log/database.js'
import { findOrphan } from '../log/orphans.js'
import { type UploadError, uploadError } from '../upload/backend.js'
import type { Location } from './location.js'

/** Nothing is noted where the destination doesn't confirm. What is gone there needs no hiding, and counts as hidden. */
export async function unlistOrphan(
  db: Db,
  locations: ReadonlyMap<string, Location>,
  video: string,
  orphan: string,
  by: By,
): Promise<Either<UploadError | Refusal, Acted>> {
  const unlisted = (so: By) => act(db, video, { type: 'OrphanUnlisted', data: () => ({ orphan }), by: so })
  const { there } = await findOrphan(db, video, orphan)
  if (there !== null) {
    const { upload_location: name, video_id: videoId } = there
    const location = locations.get(name)
    if (videoId === null)
      return left(
        uploadError('it is an upload that was not seen to end: look at the destination, then dismiss it', false),
      )
    if (location === undefined)
      return left(uploadError(`the configuration of this machine has no location ${name}`, false))
    if (location.backend.unlist === undefined)
      return left(uploadError(`${name} (${location.type}) can hide nothing: delete it by hand, then dismiss it`, false))
    // what the log would refuse is not done at the destination either
    const asked = await unlisted({ ...by, dryRun: true })
    if (isLeft(asked) || by.dryRun === true) return asked
    const hidden = await location.backend.unlist(videoId)
    if (isLeft(hidden)) return hidden
  }
  return unlisted(by)
}
