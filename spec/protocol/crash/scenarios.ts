/** What effects are killed in: how the world is before, and what is broken there until they are dead. */
import { mkdir, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { instantMs } from '../../../machines/codecs.js'
import type { Edit } from '../../../machines/edit.js'
import { keepBlob } from '../../../src/log/blobs.js'
import type { Db } from '../../../src/log/database.js'
import { sessionOf } from '../../../src/log/sessions.js'
import { finalStem } from '../../../src/upload/finalName.js'
import { channel, contentOf, Machine, nameOf, quality, stretch } from '../../segments/peers/recording.js'
import { happens } from '../../support/log.js'
import { edit as momentEdit, source } from '../../support/moment.js'
import { finalizing, uploading } from '../../support/uploads.js'
import { errors } from '../../youtube/errors.js'
import type { YoutubeSimulator } from '../../youtube/simulator.js'
import { actor, effects } from './effects.js'
import { locationOf, placeOf, type Run } from './run.js'

/** Where a run takes place: a folder or a YouTube of its own. */
export interface Scene {
  readonly db: Db
  readonly run: Run
  readonly simulator: YoutubeSimulator | null
}

export interface Scenario {
  readonly name: string
  readonly effect: Run['effect']
  readonly to: Run['destination']['type']
  prepare(scene: Scene): Promise<void>
  /** What happens to requests while the victim lives. */
  readonly breaks?: (range: string) => boolean
  readonly error?: (typeof errors)[keyof typeof errors]
  /** The footage's last segment is damaged. */
  readonly isDamaged?: boolean
  /** The states that it may end in. */
  readonly ends: readonly string[]
  /** What was published before stays, and the log knows nothing of it. */
  readonly keepsEarlier?: true
  /** What it is called at the end, where that is changed. */
  readonly title?: string
}

/** Whoever claims it is to cut these. */
const { startMs, endMs } = stretch(0, 3)
export const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
)

async function editOf({ db, run }: Scene): Promise<Edit> {
  const thumbnail_image = run.destination.type === 'youtube' ? await keepBlob(db, 'image/png', PNG) : null
  return {
    ...momentEdit,
    ...{ upload_location: placeOf(run), video_channel: channel, video_quality: quality, video_transitions: [] },
    video_ranges: [[new Date(startMs).toISOString(), new Date(endMs).toISOString()]],
    ...(thumbnail_image !== null && { thumbnail_mode: 'CUSTOM', thumbnail_image }),
  }
}

async function edited(scene: Scene): Promise<string> {
  const { db, run } = scene
  await happens(db, run.video, 'Created', { source })
  const { event } = await happens(db, run.video, 'Edited', { edit: await editOf(scene) })
  return event.at
}

/** The upload of a node that has died since, all but its last bytes sent, or those as well. */
async function interrupted(scene: Scene, isPublished: boolean): Promise<void> {
  const { db, run } = scene
  const node = `${run.video}-first`
  const upload = await finalizing(db, locationOf(run), { id: run.video, node, ...(await editOf(scene)) })
  if (isPublished) await upload.publish()
  else await upload.session.close()
  await happens(db, run.video, 'NodeLost', { attempt: upload.attempt, lost: node, cause: 'it was silent' }, 'another')
}

/** Published at YouTube, with the picture that it shall have. */
async function uploaded(scene: Scene): Promise<string> {
  const { db, run } = scene
  const node = `${run.video}-first`
  const attempt = `${run.video}-1`
  await edited(scene)
  await happens(db, run.video, 'Claimed', { attempt, attempts_limit: 5, why: null }, node)
  const image = await keepBlob(db, 'image/png', PNG)
  await happens(db, run.video, 'ThumbnailMade', { attempt, image, inputs: image }, node)
  await happens(db, run.video, 'UploadOpened', { attempt, destination: null }, node)
  await happens(db, run.video, 'FinalizeStarted', { attempt, bytes: 1, receipt: null }, node)
  const { video_title: title, video_description: description = '', video_tags: tags = [] } = momentEdit
  const video = scene.simulator?.videos.add(
    { snippet: { title, description, tags, categoryId: '23' }, privacyStatus: 'public' },
    { sha256: '', bytes: 1, content: undefined },
  )
  const video_id = video?.id ?? ''
  await happens(db, run.video, 'Uploaded', { attempt, video_id, video_link: video_id, processing: true }, node)
  return video_id
}

const MODIFIED = 'The raffle, at last'

const modified = async ({ db, run }: Scene): Promise<void> => {
  const modification = { video_title: MODIFIED }
  await happens(db, run.video, 'Modified', { modification: 'm', edit: modification })
}

const isOfBytes = (range: string): boolean => /^bytes \d/.test(range)

/** An earlier attempt whose node has died while it sent: its session is open. */
async function begun(scene: Scene): Promise<void> {
  const { db, run } = scene
  const node = `${run.video}-first`
  const { attempt, session } = await uploading(db, locationOf(run), { id: run.video, node, ...(await editOf(scene)) })
  await session.close()
  await happens(db, run.video, 'NodeLost', { attempt, lost: node, cause: 'it was silent' }, 'another')
}

/** The node died after it had given the JSON file its name, and before the video got its own. */
async function described(scene: Scene): Promise<void> {
  const { at } = scene.run.destination
  const [part] = (await readdir(at)).filter((name) => name.endsWith('.part'))
  const description = { video: scene.run.video, attempt: `${scene.run.video}-1`, title: 'never published', files: [] }
  const session = await sessionOf(scene.db, `${scene.run.video}-1`)
  const name = String(session?.reference['name'])
  await writeFile(join(at, String(part).replace('.part', '.json')), JSON.stringify(description))
  await writeFile(join(at, name.replace(/\.ts$/, '.json')), JSON.stringify(description))
}

const isEdited = async (scene: Scene): Promise<void> => void (await edited(scene))
const isReset = ({ db, run }: Scene) => happens(db, run.video, 'Reset', { force: true, reason: null })

const publishing: readonly Scenario[] = [
  { name: 'publishing into a new folder, with a JSON file', to: 'local', prepare: isEdited },
  {
    name: 'publishing an archive, where the same edit is published already',
    to: 'archive' as const,
    async prepare(scene: Scene) {
      const edit = instantMs(await edited(scene)).toString(36)
      const stem = finalStem({ title: momentEdit.video_title, video: scene.run.video, edit })
      await mkdir(join(scene.run.destination.at, stem), { recursive: true })
      await writeFile(join(scene.run.destination.at, stem, 'earlier.ts'), 'earlier')
    },
  },
  { name: 'publishing to YouTube, with a thumbnail', to: 'youtube', prepare: isEdited },
  { name: 'publishing into a folder, where an earlier attempt was broken off', to: 'local', prepare: begun },
  { name: 'publishing to YouTube, where an earlier attempt was broken off', to: 'youtube', prepare: begun },
  {
    name: 'giving back an upload while YouTube is out of order',
    to: 'youtube',
    prepare: isEdited,
    breaks: () => true,
    error: errors.backendError,
  },
  {
    name: 'giving back an upload whose last bytes YouTube does not take',
    to: 'youtube',
    prepare: isEdited,
    breaks: (range: string) => isOfBytes(range) && !range.endsWith('*'),
    error: errors.backendError,
  },
].map((scenario) => ({ ...scenario, effect: 'cutAndUpload', ends: ['DONE'] }) as Scenario)

const givingUp: readonly Scenario[] = [
  {
    name: 'giving up a cut that fails, in a folder',
    ...{ effect: 'cutAndUpload', to: 'local', ends: ['FAILED'], isDamaged: true },
    prepare: isEdited,
  },
  {
    name: 'giving up an upload that YouTube refuses',
    ...{ effect: 'cutAndUpload', to: 'youtube', ends: ['FAILED', 'DONE'] },
    prepare: isEdited,
    breaks: isOfBytes,
    error: errors.badRequest,
  },
]

const reconciling: readonly Scenario[] = [false, true].flatMap((isPublished): Scenario[] => {
  const what = isPublished ? 'was sent whole' : 'lacks its last bytes'
  return [
    {
      name: `finding out what became of an upload into a folder that ${what}`,
      ...{ effect: 'reconcile', to: 'local', ends: ['DONE'] },
      prepare: (scene) => interrupted(scene, isPublished),
    },
    {
      name: `finding out what became of an upload to YouTube that ${what}`,
      ...{ effect: 'reconcile', to: 'youtube', ends: ['DONE'] },
      prepare: (scene) => interrupted(scene, isPublished),
    },
    {
      name: `ending an upload into a folder that a forced reset left behind, and that ${what}`,
      ...{ effect: 'reconcile', to: 'local', ends: ['UNEDITED'] },
      async prepare(scene) {
        await interrupted(scene, isPublished)
        if (!isPublished) await described(scene)
        await isReset(scene)
      },
    },
  ]
})

/** The node died as its archive was to take the place of what the same edit had been published as before. */
const replacing: Scenario = {
  name: 'ending an upload that a forced reset left behind, and before which an earlier publication has stepped aside',
  ...{ effect: 'reconcile', to: 'archive', ends: ['UNEDITED'], keepsEarlier: true },
  async prepare(scene) {
    await interrupted(scene, false)
    const { at } = scene.run.destination
    const [part] = (await readdir(at)).filter((name) => name.endsWith('.part'))
    const aside = join(at, String(part).replace('.part', '.replaced'))
    await mkdir(aside)
    await writeFile(join(aside, 'earlier.ts'), 'earlier')
    await isReset(scene)
  },
}

const changing: readonly Scenario[] = [
  {
    name: 'setting a thumbnail',
    ...{ effect: 'setThumbnail', to: 'youtube', ends: ['DONE'] },
    prepare: async (scene) => void (await uploaded(scene)),
  },
  {
    name: 'changing what YouTube shows: title and thumbnail',
    ...{ effect: 'applyModification', to: 'youtube', ends: ['DONE'], title: MODIFIED },
    async prepare(scene) {
      await happens(scene.db, scene.run.video, 'Processed', { video_id: await uploaded(scene) })
      await modified(scene)
    },
  },
  {
    name: 'changing what a folder shows',
    ...{ effect: 'applyModification', to: 'local', ends: ['DONE'], title: MODIFIED },
    async prepare(scene) {
      await interrupted(scene, true)
      await effects.reconcile(actor(scene.db, scene.run, locationOf(scene.run), `${scene.run.video}-finder`))
      await modified(scene)
    },
  },
]

export const scenarios: readonly Scenario[] = [...publishing, ...givingUp, ...reconciling, replacing, ...changing]

/** Three segments, of which the last may be damaged. */
export async function record(isDamaged: boolean): Promise<Machine> {
  const machine = await Machine.make()
  for (const place of [0, 1, 2]) {
    const content = isDamaged && place === 2 ? Buffer.alloc(0) : Buffer.alloc(400_000, contentOf(place))
    await machine.put(nameOf(place, content), content)
  }
  return machine
}
