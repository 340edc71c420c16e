/** Videos as editors make them, and what becomes of them. */
import assert from 'node:assert/strict'
import { isRight } from 'fp-ts/lib/Either.js'
import type { Edit } from '../../machines/edit.js'
import type { EventType } from '../../machines/events.js'
import { createVideo, editVideo, newVideoId } from '../../src/log/commands.js'
import type { Db } from '../../src/log/database.js'
import { readHistory, type Recorded } from '../../src/log/read.js'
import type { Orphan } from '../../machines/context.js'
import { range } from './nodeFootage.js'
import { until } from './processes.js'

export const editor = { actor: 'an editor' }

export async function newVideo(db: Db): Promise<string> {
  const id = newVideoId()
  const created = await createVideo(db, id, { description: 'The raffle' }, editor)
  assert.ok(isRight(created), JSON.stringify(created))
  return id
}

/** Accepts an edit; by default of the first two seconds, to location `local`. */
export async function edited(db: Db, id: string, over: Partial<Edit> = {}): Promise<void> {
  const edit = {
    video_title: 'The raffle',
    upload_location: 'local',
    video_ranges: [range(0, 2)],
    video_channel: 'camera',
    ...over,
  }
  const accepted = await editVideo(db, id, edit, editor)
  assert.ok(isRight(accepted), JSON.stringify(accepted))
}

export async function editedVideo(db: Db, over: Partial<Edit> = {}): Promise<string> {
  const id = await newVideo(db)
  await edited(db, id, over)
  return id
}

export interface Row {
  readonly state: string
  readonly substate: string | null
  readonly version: number
  readonly error: string | null
  readonly warning: string | null
  readonly attempts: number
  readonly not_before: Date | null
  readonly video_id: string | null
  readonly uploader: string | null
  readonly orphans: readonly Orphan[]
}

export async function rowOf(db: Db, id: string): Promise<Row> {
  const { rows } = await db.query<Row>('select * from reelstate.videos where id = $1', [id])
  const [row] = rows
  assert.ok(row, `video ${id} has a row`)
  return row
}

/** Waits until the row is as it shall be, and returns it. */
export async function becomes(
  db: Db,
  id: string,
  what: string,
  holds: (row: Row) => boolean,
  seconds = 60,
): Promise<Row> {
  let row = await rowOf(db, id)
  try {
    await until(async () => holds((row = await rowOf(db, id))), `${id} ${what}`, seconds)
  } catch (error) {
    const { state, substate, error: cause, warning, not_before } = row
    const now = JSON.stringify({ state, substate, cause, warning, not_before })
    throw new Error(`${String(error)}: it is ${now}, after ${(await typesOf(db, id)).join(', ')}`, { cause: error })
  }
  return row
}

export const becomesDone = (db: Db, id: string, seconds = 60): Promise<Row> =>
  becomes(db, id, 'is DONE', ({ state }) => state === 'DONE', seconds)

/** Waits until the video's log has an event of the type, and returns the newest. */
export async function happened(db: Db, id: string, type: EventType, seconds = 60): Promise<Recorded> {
  let found: Recorded | undefined
  await until(
    async () => (found = (await readHistory(db, id)).findLast((event) => event.type === type)) !== undefined,
    `${id} has ${type}`,
    seconds,
  )
  assert.ok(found)
  return found
}

export const typesOf = async (db: Db, id: string): Promise<string[]> =>
  (await readHistory(db, id)).map(({ type }) => type)
