/** Whether all that was published is known to the log, and no accepted edit was published twice. */
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Orphan } from '../machines/context.js'
import { bytesAt } from '../src/upload/folder/disk.js'
import { ofVideo } from '../src/upload/folder/names.js'
import { folderOf, locationNames, onChannel } from './locations.js'
import { ONCE, type Violation } from './invariants.js'
import { videoOfSession } from './looking.js'
import type { People } from './people.js'
import type { World } from './world.js'

const MARKER = '.reelstate-destination'

interface Told {
  readonly id: string
  readonly state: string
  readonly attempt: string | null
  readonly orphans: readonly Orphan[]
  /** Ids that the log has named as published. */
  readonly named: readonly string[]
  /** How often a person has said that nothing is there. */
  readonly absent: number
}

export async function publicationsAreKnown(world: World, people: People): Promise<Violation[]> {
  const told = await read(world)
  return [
    ...(await onTheChannel(world, people, told)),
    ...(await channelShowsWhatItShall(world)),
    ...(await inFolders(world, told)),
  ]
}

async function read({ db }: World): Promise<readonly Told[]> {
  const { rows } = await db.query<Told>(
    `select v.id, v.state, v.attempt, v.orphans, e.named, e.absent
     from reelstate.videos v, lateral (
       select
         coalesce(array_agg(data->>'video_id') filter (where type in ('Uploaded', 'ResolvedUploaded', 'OrphanFound')), '{}') as named,
         (count(*) filter (where type = 'ResolvedAbsent'))::int as absent
       from reelstate.events where stream = 'video/' || v.id
     ) e`,
  )
  return rows
}

async function onTheChannel(world: World, people: People, told: readonly Told[]): Promise<Violation[]> {
  const found: Violation[] = []
  const sessions = await sessionsOf(world)
  const times = new Map<string, string[]>()
  for (const { id: videoId, snippet } of world.simulator.videos.all()) {
    const { description } = snippet
    times.set(description, [...(times.get(description) ?? []), videoId])
    const video = told.find(({ id }) => description.startsWith(`${id}, `))
    const attempt = sessions.get(videoId)
    if (video?.named.includes(videoId)) continue
    // an upload whose end nobody saw stands for it: as an orphan, or in doubt
    const stands =
      attempt !== undefined &&
      (video?.orphans.some((orphan) => orphan.attempt === attempt) ||
        (video?.state === 'UNCERTAIN' && video.attempt === attempt))
    const excused = (video?.absent ?? 0) > 0 || (await wasDismissed(world, video?.id, attempt))
    if (stands || excused) continue
    found.push({
      invariant: 'everything published is known to the log',
      what: `${videoId} is published (${description}; attempt ${attempt ?? 'of no known session'}), and the log does not know it`,
      ...(video && { video: video.id }),
    })
  }
  for (const [description, ids] of times) {
    const video = told.find(({ id }) => description.startsWith(`${id}, `))
    if (ids.length <= 1 + (video?.absent ?? 0)) continue
    found.push({
      invariant: ONCE,
      what: `"${description}" is published as ${ids.join(' and ')}`,
      ...(video && { video: video.id }),
    })
  }
  for (const description of times.keys())
    if (!people.wanted.has(description))
      found.push({ invariant: 'only what was wanted is published', what: `"${description}"` })
  return found
}

/** What is DONE has the title of its edit, or of the last change of it, and its picture. */
async function channelShowsWhatItShall({ db, simulator }: World): Promise<Violation[]> {
  const { rows } = await db.query<{ id: string; title: string; videoId: string; illustrated: boolean }>(
    `select id, video_title as title, video_id as "videoId", thumbnail_mode <> 'NONE' as illustrated
     from reelstate.videos where state = 'DONE' and upload_location = any($1)`,
    [onChannel],
  )
  return rows.flatMap(({ id, title, videoId, illustrated }) => {
    const video = simulator.videos.get(videoId)
    const wrong = [
      ...(video?.snippet.title === title ? [] : [`is called "${video?.snippet.title}" instead of "${title}"`]),
      ...(illustrated && !video?.thumbnail ? ['has no picture'] : []),
    ]
    return wrong.map((how) => ({ invariant: 'what is DONE shows what it shall', what: `${videoId} ${how}`, video: id }))
  })
}

/** By the published id: the attempt whose session made it. */
async function sessionsOf(world: World): Promise<Map<string, string>> {
  const { rows } = await world.db.query<{ attempt: string; session: string }>(
    `select attempt, reference->>'session' as session from reelstate.upload_sessions where upload_location = any($1)`,
    [onChannel],
  )
  return new Map(
    rows.flatMap(({ attempt, session }) => {
      const videoId = videoOfSession(world, session)
      return videoId === undefined ? [] : [[videoId, attempt] as const]
    }),
  )
}

/** A person was told of the upload as an orphan and has let it be. */
async function wasDismissed({ db }: World, id: string | undefined, attempt: string | undefined): Promise<boolean> {
  const { rowCount } = await db.query(
    `select from reelstate.events where stream = 'video/' || $1 and type = 'OrphanDismissed' and data->>'orphan' = 'attempt/' || $2`,
    [id, attempt],
  )
  return (rowCount ?? 0) > 0
}

/** A final name follows from video and edit, so nothing is there twice; but each has to be known, and nothing may lie about. */
async function inFolders(world: World, told: readonly Told[]): Promise<Violation[]> {
  const found: Violation[] = []
  const unclosed = await world.db.query<{ unfinished: string }>(
    `select reference->>'unfinished' as unfinished from reelstate.upload_sessions where closed_at is null`,
  )
  for (const location of locationNames.filter((name) => !onChannel.includes(name))) {
    const folder = folderOf(world.root, location)
    for (const name of await readdir(folder)) {
      if (name === MARKER || (name.endsWith('.json') && !name.startsWith('.'))) continue
      const video = told.find(({ id }) =>
        name.startsWith('.') ? name.startsWith(ofVideo(id)) : name.includes(`-${id}-`),
      )
      const more = video && { video: video.id }
      if (!name.startsWith('.')) {
        if (video?.named.includes(name) || video?.state === 'UNCERTAIN' || (video?.orphans.length ?? 0) > 0) continue
        const what = `${location}/${name} is published, and the log does not know it`
        found.push({ invariant: 'everything published is known to the log', what, ...more })
      } else if ((await bytesAt(join(folder, name), '')) !== 0) {
        if (unclosed.rows.some(({ unfinished }) => name.startsWith(unfinished))) continue
        const what = `${location}/${name} has bytes, and nothing will ever take it away`
        found.push({ invariant: 'what is unfinished is known to the log as open', what, ...more })
      }
    }
  }
  return found
}

/** An upload that was begun and has bytes is one that the log can end: it is not closed, or whoever began it has not told the log yet. */
export async function sessionsAreKnown(world: World): Promise<Violation[]> {
  const { rows } = await world.db.query<{ session: string; closed: boolean }>(
    `select reference->>'session' as session, closed_at is not null as closed from reelstate.upload_sessions
     where upload_location = any($1)`,
    [onChannel],
  )
  const known = new Map(
    rows.map(({ session, closed }) => [new URL(session).searchParams.get('upload_id') ?? '', closed]),
  )
  return [...world.simulator.sessions.values()].flatMap(({ id, stored, completed, cancelled, expired }) => {
    if (completed || cancelled || expired) return []
    if (known.get(id) === false || (!known.has(id) && stored === 0)) return []
    const what = known.has(id) ? 'the log has closed it' : 'the log has never known it'
    return [
      {
        invariant: 'an upload that can still be completed is known to the log as open',
        what: `session ${id}, of which ${stored} bytes are there, is neither complete nor cancelled, and ${what}`,
      },
    ]
  })
}
