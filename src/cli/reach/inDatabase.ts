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
import { filledHoles } from '../../log/filledHoles.js'
import { type ListedVideo, type ListPlace, listVideos, totalOf } from '../../log/list.js'
import { readRow } from '../../log/videos.js'
import { exitCodes, Failure, refused } from '../failure.js'
import { actor } from '../opened.js'
import type { Done, Listing, Reached } from './reached.js'

/** Read at once: a list may be of any length. */
const PAGE = 1_000

export const inDatabase = (db: Db): Reached => ({
  async videos(asked) {
    const videos = await listAll(db, asked)
    return { videos, total: videos.length < asked.limit ? null : await totalOf(db, asked.filter) }
  },
  row: (id) => readRow(db, id),
  async why(id) {
    const read = await readCircumstances(db, id)
    if (isLeft(read)) throw refused(read.left)
    return read.right && why(read.right)
  },
  filled: (id) => filledHoles(db, 100, id),
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

async function listAll(db: Db, { filter, order, limit }: Listing): Promise<ListedVideo[]> {
  const listed: ListedVideo[] = []
  let after: ListPlace | null = null
  do {
    const page = await listVideos(db, { filter, order, after, limit: Math.min(PAGE, limit - listed.length) })
    listed.push(...page.videos)
    after = page.next
  } while (after !== null && listed.length < limit)
  return listed
}
