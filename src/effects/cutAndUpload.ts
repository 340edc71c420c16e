/**
 * The effect of a claim: cut the ranges, stream them to the destination, publish, and tell the log each step before it is
 * taken. Whatever goes wrong, the video ends in a state that says why; where the attempt is over, nothing is said at all.
 */
import { isLeft } from 'fp-ts/lib/Either.js'
import { instantMs } from '../../machines/codecs.js'
import { checkShown } from '../../machines/edit.js'
import { describeProblem } from '../../machines/problems.js'
import { cutFiles } from '../cut/files.js'
import type { CutReceipt } from '../cut/receipt.js'
import { keepBlob } from '../log/blobs.js'
import { publishedAlready } from '../log/orphans.js'
import { clearProgress } from '../log/progress.js'
import { closeSession, openSessions } from '../log/sessions.js'
import { describeHoles } from '../segments/holes.js'
import type { Publication, Published, Session } from '../upload/backend.js'
import { conclude } from './conclude.js'
import { endUpload, noteEnd } from './endUpload.js'
import { bounded, endless, type Note, patiently, persist } from './persist.js'
import { footageFor } from './footage.js'
import { shownOf } from './shown.js'
import { sendAllButLast } from './stream.js'
import { makeThumbnail } from './thumbnail.js'
import { AttemptOver, causeOf, GivenUp, givenUp } from './trouble.js'
import type { Ended, Work } from './work.js'

export async function cutAndUpload(work: Work): Promise<Ended> {
  let session: Session | null = null
  let total: number | null = null
  try {
    await endEarlierSessions(work)
    await refuseSecond(work)
    await makeReady(work)
    const cutting = await openCut(work)
    const opened = await work.location.backend.open(publicationOf(work), work.signal)
    if (isLeft(opened)) throw givenUp(opened.left)
    session = opened.right
    const { reference, destination } = session
    await say(work, {
      type: 'UploadOpened',
      data: { attempt: work.attempt, destination },
      session: { attempt: work.attempt, upload_location: work.location.name, reference },
    })
    const sent = await sendAllButLast(cutting.files, session, work.signal)
    if (isLeft(sent)) throw givenUp(sent.left)
    const { last } = sent.right
    total = sent.right.total
    const receipt = await keepReceipt(work, cutting.receipt())
    await say(work, { type: 'FinalizeStarted', data: { attempt: work.attempt, bytes: total, receipt } })
    // From here on the video may exist. Neither a cancel nor a shutdown stops it any more; what went wrong, the destination knows.
    const published = await session.finalize(last, total, neverAborted)
    if (isLeft(published)) throw givenUp(published.left)
    return await tell(work, session, total, published.right)
  } catch (error) {
    return await conclude(work, session, total, causeOf(error, work.signal))
  } finally {
    await session?.close()
    // that an old bar stays a moment longer harms nobody: the next attempt writes it anew
    await clearProgress(work.db, work.video.id).catch(() => undefined)
  }
}

const neverAborted = new AbortController().signal

/** It is published, so the log must know, whatever has become of the attempt meanwhile. */
async function tell(
  { db, video, attempt, location, around }: Work,
  { reference }: Session,
  total: number,
  published: Published,
): Promise<Ended> {
  const patience = endless(around)
  const uploaded: Note = { type: 'Uploaded', data: { attempt, ...published, processing: location.backend.processes } }
  const noted = await persist(db, video.id, { ...uploaded, node: around.node }, patience)
  if (isLeft(noted)) {
    const { backend, name: upload_location } = location
    const upload = { db, node: around.node, video: video.id, attempt, upload_location, backend, reference, total }
    await noteEnd(upload, { _tag: 'complete', published }, patience)
    return 'over'
  }
  await patiently(() => closeSession(db, attempt), patience)
  return 'published'
}

/** @throws AttemptOver where the chart does not take the event: somebody else decides about the video now. */
async function say({ db, video, around }: Pick<Work, 'db' | 'video' | 'around'>, note: Note): Promise<void> {
  const noted = await persist(db, video.id, { ...note, node: around.node }, bounded(around))
  if (isLeft(noted)) throw new AttemptOver(noted.left)
}

/** Looks at the limits once more, and makes the picture to be shown for the video: what can't be made is known before anything is sent, and any node can set what was made. */
async function makeReady({ db, around, location, video, attempt, signal }: Work): Promise<void> {
  const { title, description, tags } = shownAt(location, video.edit)
  // the location may have got more tags since the edit was accepted
  const [problem] = checkShown({ video_title: title, video_description: description, video_tags: [...tags] })
  if (problem !== undefined) throw new GivenUp(describeProblem(problem), false)
  if (location.backend.thumbnail === undefined) return
  const patience = bounded(around, signal)
  const made = await patiently(() => makeThumbnail(db, around.segmentsRoot, video.edit, { signal }), patience)
  if (made === null) return
  if (isLeft(made)) throw new GivenUp(made.left.message, made.left.mayPass)
  const { bytes, contentType, inputs } = made.right
  const image = await patiently(() => keepBlob(db, contentType, bytes), patience)
  await say({ db, video, around }, { type: 'ThumbnailMade', data: { attempt, image, inputs } })
}

interface Cutting {
  readonly files: AsyncIterable<AsyncIterable<Buffer>>
  /** Once all of them have come. */
  receipt(): CutReceipt | null
}

async function openCut({ around, location, video, signal, onProgress }: Work): Promise<Cutting> {
  const { plan, holes, nothing } = await footageFor(around.segmentsRoot, video.edit)
  // they were there when the video was claimed; another node may still have them
  if (nothing || (holes.length > 0 && video.edit.allow_holes !== true))
    throw new GivenUp(describeHoles(around.node, holes), true)
  let receipt: CutReceipt | null = null
  const files = async function* () {
    receipt = yield* cutFiles(location.cut, plan, location.encoding, {
      signal,
      onProgress,
      temporaryFolder: around.temporaryFolder,
    })
  }
  return { files: files(), receipt: () => receipt }
}

/** Events hold a receipt's hash alone. */
async function keepReceipt({ db, around }: Work, receipt: CutReceipt | null): Promise<string | null> {
  if (receipt === null) return null
  const content = Buffer.from(JSON.stringify(receipt))
  return patiently(() => keepBlob(db, 'application/json', content), bounded(around))
}

/** A claim that finds an unclosed session of an earlier attempt ends it first, so that no node that wakes up goes on with it. */
async function endEarlierSessions({ db, video, attempt, around, signal }: Work): Promise<void> {
  const patience = bounded(around, signal)
  for (const earlier of await patiently(() => openSessions(db, video.id, attempt), patience)) {
    const backend = around.locations.get(earlier.upload_location)?.backend
    if (!backend) continue
    // What can't be told now is no reason to wait. Either that attempt had not begun to finalize, and the chart lets it do so no
    // more: its last bytes are never sent. Or it had, and a person has decided to go on. The session stays open for the sweep.
    await endUpload({ ...earlier, db, node: around.node, backend }, patience)
  }
}

/**
 * Where a person has said that nothing had come of an earlier attempt, something may have been found since: now, by whoever looks after
 * sessions that are left open, or by the very node that had it. So the log is asked, in which it is in each case.
 * @throws GivenUp where this very edit has been published: published again, it would be there twice.
 */
async function refuseSecond({ db, video, around, signal }: Work): Promise<void> {
  const found = await patiently(() => publishedAlready(db, video.id), bounded(around, signal))
  if (found === null) return
  const { videoId, link } = found
  const remedies = `\`reelstate orphans adopt ${video.id} ${videoId}\` if it is the one, else \`reelstate retry ${video.id}\``
  throw new GivenUp(`an earlier attempt has published it after all: ${link}; ${remedies}`, false)
}

const shownAt = ({ tags, unlistedOnly }: Work['location'], edit: Work['video']['edit']) =>
  shownOf(edit, { tags, unlisted_only: unlistedOnly })

const publicationOf = ({ video: { id, edit, edit_time }, attempt, location }: Work): Publication => ({
  video: id,
  attempt,
  edit: instantMs(edit_time ?? '').toString(36),
  extension: location.extension,
  ...shownAt(location, edit),
  ranges: edit.video_ranges ?? [],
})
