/** What a person finds who looks at the destination of an upload that nobody knows the end of. */
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { DataOf } from '../machines/events.js'
import { bytesAt } from '../src/upload/folder/disk.js'
import { folderOf, type LocationName, onChannel } from './locations.js'
import type { World } from './world.js'

interface Doubtful {
  readonly location: LocationName
  readonly bytes: number | null
  readonly reference: { readonly session?: string; readonly name?: string } | null
}

/** Null where nobody has to know. */
export async function lookAtDestination(
  world: World,
  id: string,
): Promise<DataOf<'ResolvedUploaded'> | 'nothing' | null> {
  const { rows } = await world.db.query<Doubtful>(
    `select snapshot->'context'->'attempt'->>'upload_location' as location, s.reference,
       (snapshot->'context'->'attempt'->>'bytes')::float8 as bytes
     from reelstate.videos v left join reelstate.upload_sessions s on s.attempt = v.attempt
     where v.id = $1 and v.state = 'UNCERTAIN'`,
    [id],
  )
  const [doubtful] = rows
  if (!doubtful) return null
  const { location, bytes, reference } = doubtful
  if (onChannel.includes(location)) {
    const video_id = videoOfSession(world, reference?.session)
    return video_id === undefined
      ? 'nothing'
      : { video_id, video_link: `https://youtu.be/${video_id}`, processing: true }
  }
  const path = join(folderOf(world.root, location), reference?.name ?? 'nothing')
  const there = await bytesAt(path, '.json').catch(() => null)
  if (there === null || there !== bytes || !(await stat(path).catch(() => null))) return 'nothing'
  return { video_id: reference?.name ?? '', video_link: `file://${path}`, processing: false }
}

/** What came of an upload to the channel. @param session its address. */
export function videoOfSession(world: World, session: string | undefined): string | undefined {
  const id = session === undefined ? '' : (new URL(session).searchParams.get('upload_id') ?? '')
  return world.simulator.sessions.get(id)?.videoId
}
