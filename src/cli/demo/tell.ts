/** Brings what made-up videos have lived through into the log, each event as the chart takes it, in the order of their times. */
import { isLeft } from 'fp-ts/lib/Either.js'
import { decide, type Snapshot, stateName } from '../../../machines/decide.js'
import { enteredAt } from '../../../machines/fold.js'
import { project } from '../../../machines/row.js'
import { append } from '../../log/append.js'
import { type Db, transaction } from '../../log/database.js'
import type { Happening, Story } from './story.js'

interface Standing {
  readonly snapshot: Snapshot
  readonly version: number
  readonly since: string
}

/**
 * All of it or nothing. Those of whom the log has anything stay as they are. No upload session is kept with them, so no node finds
 * anything of theirs to end. @returns how many videos were told of. @throws Error where the chart refuses what a story says.
 */
export async function tell(db: Db, stories: readonly Story[]): Promise<number> {
  const { rows } = await db.query<{ id: string }>('select id from reelstate.videos where id = any($1)', [
    stories.map(({ id }) => id),
  ])
  const known = new Set(rows.map(({ id }) => id))
  const untold = stories.filter(({ id }) => !known.has(id))
  const happenings = untold
    .flatMap((story) => story.happenings)
    .toSorted((a, b) => Date.parse(a.event.at) - Date.parse(b.event.at))
  await transaction(db, async (on) => {
    const standings = new Map<string, Standing>()
    for (const happening of happenings) {
      const { video } = happening
      standings.set(video, await tellOne(on, happening, standings.get(video) ?? null))
    }
  })
  return untold.length
}

async function tellOne(
  on: Parameters<typeof append>[0],
  { video, event }: Happening,
  before: Standing | null,
): Promise<Standing> {
  const decided = decide(video, before?.snapshot ?? null, event)
  if (isLeft(decided))
    throw new Error(`${event.type} of ${video} is not taken in ${decided.left.state ?? 'no state'}: the story is wrong`)
  const { snapshot } = decided.right
  const expected = before?.version ?? 0
  const since = enteredAt(before?.snapshot ?? null, before?.since ?? null, snapshot, event.at) ?? event.at
  const row = project(snapshot, expected + 1, since)
  const appended = await append(on, { id: video, expected, event, state: stateName(snapshot), row })
  if (isLeft(appended)) throw new Error(`somebody else has made the video ${video} meanwhile: try again`)
  return { snapshot, version: appended.right.version, since }
}
