/** Whether what is published is what was promised: its size, and for a few the pictures themselves. */
import { readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { bytesAt, exists } from '../src/upload/folder/disk.js'
import { look } from '../spec/support/numberedStream.js'
import type { Violation } from './invariants.js'
import { ownFolder } from './leftovers.js'
import { folderOf, type LocationName, onChannel, takesWhole } from './locations.js'
import type { People } from './people.js'
import type { World } from './world.js'

/** Each takes a quarter of a second. */
const LOOKED_AT = 2

interface Publication {
  readonly video: string
  readonly videoId: string
  readonly location: LocationName
  /** As FinalizeStarted promised. */
  readonly bytes: number
  readonly description: string
}

/** Of each attempt that published: what it had said before. */
const published = `
  select substr(u.stream, 7) as video, u.data->>'video_id' as "videoId", s.upload_location as location,
    (f.data->>'bytes')::float8 as bytes,
    (select e.data->'edit'->>'video_description' from reelstate.events e
     where e.stream = u.stream and e.type = 'Edited' and e.version < f.version order by e.version desc limit 1) as description
  from reelstate.events u
  join reelstate.events f on f.stream = u.stream and f.type = 'FinalizeStarted' and f.data->>'attempt' = u.data->>'attempt'
  join reelstate.upload_sessions s on s.attempt = u.data->>'attempt'
  where u.type in ('Uploaded', 'OrphanFound') order by u.position`

export async function bytesAreAsPromised(world: World, people: People): Promise<Violation[]> {
  const { rows } = await world.db.query<Publication>(published)
  const found: Violation[] = []
  let looked = 0
  // of one name there is what was published last
  const newest = new Map(rows.map((one) => [`${one.location}/${one.videoId}`, one]))
  for (const one of newest.values()) {
    const { video, videoId, location, bytes } = one
    const there = await sizeOf(world, one)
    if (there !== bytes)
      found.push({
        invariant: 'what is published has the size that was promised',
        what: `${location}/${videoId} has ${there ?? 'no'} bytes instead of ${bytes}`,
        video,
      })
    else if (looked++ < LOOKED_AT) found.push(...(await picturesOf(world, people, one)))
  }
  return found
}

async function sizeOf({ simulator, root }: World, { location, videoId }: Publication): Promise<number | null> {
  if (onChannel.includes(location)) return simulator.videos.get(videoId)?.bytes ?? null
  const path = join(folderOf(root, location), videoId)
  return (await exists(path)) ? bytesAt(path, '.json') : null
}

async function picturesOf(world: World, people: People, one: Publication): Promise<Violation[]> {
  const wanted = people.wanted.get(one.description)
  if (!wanted) return []
  const expected = await world.setting.footage.shown(wanted.ranges, takesWhole.includes(one.location))
  const shown: number[] = []
  const folder = await ownFolder()
  try {
    for (const file of await filesOf(world, one, folder)) shown.push(...(await look(file)).numbers)
  } finally {
    await rm(folder, { recursive: true })
  }
  const wrong = expected.findIndex((number, n) => shown[n] !== number)
  if (shown.length === expected.length && wrong < 0) return []
  return [
    {
      invariant: 'a cut has exactly the pictures that were wanted',
      what: `${one.location}/${one.videoId} (${one.description}) shows ${shown.length} pictures, of which number ${wrong + 1} is ${shown[wrong]}, instead of ${expected.length}, of which it is ${expected[wrong]}`,
      video: one.video,
    },
  ]
}

/** In order. What the channel has is written into `folder`. */
async function filesOf(world: World, { location, videoId }: Publication, folder: string): Promise<string[]> {
  if (onChannel.includes(location)) {
    const file = join(folder, 'published.ts')
    await writeFile(file, world.simulator.videos.get(videoId)?.content ?? '')
    return [file]
  }
  const path = join(folderOf(world.root, location), videoId)
  if (location !== 'attic') return [path]
  return (await readdir(path))
    .filter((name) => name.endsWith('.mkv'))
    .sort()
    .map((name) => join(path, name))
}
