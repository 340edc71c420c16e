/** The videos in the database, as whoever runs the command reaches it. */
import { isLeft, left } from 'fp-ts/lib/Either.js'
import { stateName } from '../../../machines/decide.js'
import { why } from '../../../machines/why.js'
import type { Acted } from '../../log/act.js'
import { deeds, type Refused } from '../../log/byHand.js'
import { readCircumstances } from '../../log/circumstances.js'
import { createVideo, newVideoId } from '../../log/commands.js'
import type { Db } from '../../log/database.js'
import { listLocations } from '../../log/locations.js'
import { readHistory } from '../../log/read.js'
import { listVideos, readRow } from '../../log/videos.js'
import { exitCodes, Failure, refused } from '../failure.js'
import { actor } from '../opened.js'
import type { Done, Reached } from './reached.js'

export const inDatabase = (db: Db): Reached => ({
  videos: (limit, state) => listVideos(db, limit, state),
  row: (id) => readRow(db, id),
  async why(id) {
    const read = await readCircumstances(db, id)
    if (isLeft(read)) throw refused(read.left)
    return read.right && why(read.right)
  },
  locations: () => listLocations(db),
  history: (id) => readHistory(db, id),
  async create(given, source) {
    const id = given ?? newVideoId()
    const created = await createVideo(db, id, source, { actor: actor() })
    if (isLeft(created)) throw refused(created.left)
    return doneOf(id, created.right)
  },
  async act(event, id, body) {
    const acted = await deeds[event].does({ db, unlist: nothingHidden }, id, body, { actor: actor() })
    if (isLeft(acted)) throw failed(acted.left)
    return doneOf(id, acted.right)
  },
})

/** `reelstate orphans unlist` has the destinations that this needs. */
const nothingHidden = async () =>
  left({ _tag: 'UploadError', message: 'no destination is known here', retryable: false } as const)

function failed(refusal: Refused): Failure {
  if (refusal._tag === 'UploadError') return new Failure(refusal.message)
  if (refusal._tag !== 'NoOrphan') return refused(refusal)
  return new Failure(`video ${refusal.video} has no orphan ${refusal.orphan}`, exitCodes.notFound, { ...refusal })
}

const doneOf = (id: string, { version, event, snapshot }: Acted): Done => ({
  id,
  version,
  event: event.type,
  state: stateName(snapshot),
})
