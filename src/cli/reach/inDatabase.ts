/** The videos and what is around them in the database, as whoever runs the command reaches it. */
import { type Either, isLeft } from 'fp-ts/lib/Either.js'
import { stateName } from '../../../machines/decide.js'
import { why } from '../../../machines/why.js'
import type { Acted } from '../../log/act.js'
import { deeds, type Hand, type Refused } from '../../log/byHand.js'
import { readCircumstances } from '../../log/circumstances.js'
import { createVideo, type Invalid, newVideoId } from '../../log/commands.js'
import type { Db } from '../../log/database.js'
import { pauseLocation, resumeLocation } from '../../log/locationCommands.js'
import { type ActedOnLocation, listLocations, type LocationRefusal } from '../../log/locations.js'
import { listNodes } from '../../log/nodes.js'
import { listOrphans } from '../../log/orphans.js'
import { readHistory, readStream } from '../../log/read.js'
import { endOfLog, readTail } from '../../log/tail.js'
import type { Configuration } from '../../service/configuration.js'
import { quotaStandings } from '../../service/quota.js'
import { filledHoles } from '../../log/filledHoles.js'
import { type ListedVideo, type ListPlace, listVideos, totalOf } from '../../log/list.js'
import { readRow } from '../../log/videos.js'
import { exitCodes, Failure, refused, refusedOfLocation } from '../failure.js'
import { actor, type Opened } from '../opened.js'
import { followLog } from './followLog.js'
import type { Done, Listing, LocationDone, Reached } from './reached.js'

/** Read at once: a list may be of any length. */
const PAGE = 1_000

export const inDatabase = ({ db, database, configuration }: Opened): Reached => ({
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
  async past(of) {
    if ('stream' in of) return readStream(db, of.stream)
    return (await readTail(db, await endOfLog(db, of.newest), of.newest)).events
  },
  end: () => endOfLog(db),
  follow: (after, following) => followLog({ url: database.url, db }, after, following),
  orphans: () => listOrphans(db),
  nodes: () => listNodes(db),
  quota: () => quotaStandings(db, configuration.accounts, Date.now()),
  pause: async (name, why, end) => onLocation(name, await pauseLocation(db, name, why, end, { actor: actor() })),
  resume: async (name, why) => onLocation(name, await resumeLocation(db, name, why, { actor: actor() })),
  async create(given, source) {
    const id = given ?? newVideoId()
    const created = await createVideo(db, id, source, { actor: actor() })
    if (isLeft(created)) throw refused(created.left)
    return doneOf(id, created.right)
  },
  async act(event, id, body) {
    const acted = await deeds[event].does({ db, unlist: hiding(db, configuration) }, id, body, { actor: actor() })
    if (isLeft(acted)) throw failed(acted.left)
    return doneOf(id, acted.right)
  },
})

/** The destinations are opened only where something is to be hidden at one. */
const hiding =
  (db: Db, configuration: Configuration): Hand['unlist'] =>
  async (video, orphan, by) => {
    const { openLocations } = await import('../../service/locations.js')
    const { unlistOrphan } = await import('../../effects/unlistOrphan.js')
    return unlistOrphan(db, openLocations(configuration), video, orphan, by)
  }

function failed(refusal: Refused): Failure {
  if (refusal._tag === 'UploadError') return new Failure(refusal.message)
  if (refusal._tag !== 'NoOrphan') return refused(refusal)
  const { video, orphan, known } = refusal
  const others = known.length === 0 ? 'it has none' : `it has ${known.join(', ')}`
  return new Failure(`video ${video} has no orphan ${orphan}: ${others}`, exitCodes.notFound, {
    ...{ video, orphan, known },
  })
}

function onLocation(name: string, outcome: Either<Invalid | LocationRefusal, ActedOnLocation>): LocationDone {
  if (isLeft(outcome)) throw refusedOfLocation(outcome.left)
  const { version, event, snapshot } = outcome.right
  const until = snapshot.matches('PAUSED') ? (snapshot.context.pause?.until ?? null) : null
  return { name, version, event: event.type, state: stateName(snapshot), until }
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
