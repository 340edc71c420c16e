/** What is there in the end: at the destination, and beside it what nobody needs. */
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { bytesAt } from '../../../src/upload/folder/disk.js'
import { rowOf } from '../../support/nodeVideos.js'
import { openAttempts } from '../../support/uploads.js'
import type { Scene } from './scenarios.js'
import { shortNames } from './shortNames.js'

export interface Aftermath {
  readonly state: string
  /** Its ids at the destination, as the log knows them. */
  readonly known: readonly string[]
  /** As the destination has them. */
  readonly published: readonly string[]
  /** That viewers see; null where nobody says. */
  readonly title: string | null
  /** It has a picture; null where it can't have one. */
  readonly picture: boolean | null
  /** Its size, and what the log says of it. */
  readonly bytes: number | null
  readonly bytesInLog: number | null
  /** What lies about at the destination, or stays open. */
  readonly leaves: readonly string[]
}

export async function aftermath(scene: Scene): Promise<Aftermath> {
  const { db, run, simulator } = scene
  const { state, video_id, orphans } = await rowOf(db, run.video)
  const known = [video_id, ...orphans.map(({ id }) => id)].filter((id) => id !== null)
  const open = (await openAttempts(db, run.video)).map(() => 'an open session in the database')
  const there = simulator === null ? await inFolder(run.destination.at) : atYoutube(simulator)
  const rename = shortNames(run)
  const { rows } = await db.query<{ bytes: number }>(
    `select (data->>'bytes')::integer as bytes from reelstate.events
     where stream = $1 and type = 'FinalizeStarted' order by version desc limit 1`,
    [`video/${run.video}`],
  )
  const leaves = [...open, ...there.leaves].map(rename).sort()
  return { state, known, bytesInLog: rows[0]?.bytes ?? null, ...there, leaves }
}

function atYoutube(simulator: NonNullable<Scene['simulator']>) {
  const videos = simulator.videos.all()
  const [video] = videos
  return {
    published: videos.map(({ id }) => id),
    title: video?.snippet.title ?? null,
    picture: video?.thumbnail !== undefined,
    bytes: video?.bytes ?? null,
    leaves: Array.from({ length: simulator.openSessions }, () => 'an upload at YouTube that nobody knows'),
  }
}

/** A publication is a file, or a folder; its JSON belongs to it. */
async function inFolder(path: string) {
  const names = (await readdir(path).catch(() => [])).filter((name) => name !== '.reelstate-destination')
  const published = names.filter((name) => !name.startsWith('.') && !name.endsWith('.json'))
  const jsons = published.map((name) =>
    name.endsWith('.ts') ? name.replace(/\.ts$/, '.json') : join(name, `${name}.json`),
  )
  const [json] = await Promise.all(jsons.map((name) => readFile(join(path, name), 'utf8').catch(() => null)))
  const [name] = published
  return {
    published,
    title: typeof json === 'string' ? (JSON.parse(json) as { title: string }).title : null,
    picture: null,
    bytes: name === undefined ? null : await bytesAt(join(path, name), '.json'),
    leaves: names.filter((one) => !published.includes(one) && !jsons.includes(one)),
  }
}
