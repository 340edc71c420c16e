/** A log of its own, and a video in it, for specs. */
import { isLeft } from 'fp-ts/lib/Either.js'
import { type DataOf, type EventType } from '../../machines/events.js'
import { act, type Acted } from '../../src/log/act.js'
import { connect, type Db } from '../../src/log/database.js'
import { migrate } from '../../src/log/migrate.js'
import { testDatabase } from './database.js'
import { edit, source } from './moment.js'
import { assertAllWhole } from './whole.js'

export interface TestLog {
  readonly url: string
  readonly db: Db
  /** Looks at every video once more first: its row is what its events say. */
  close(): Promise<void>
}

/** @param isLived false where its events were written by hand, and are none that the chart would have led to. */
export async function testLog(isLived = true): Promise<TestLog> {
  const database = await testDatabase()
  const { url } = database
  await migrate(url)
  const db = connect({ url, name: 'spec' })
  return {
    url,
    db,
    async close() {
      await db.end()
      try {
        if (isLived) await assertAllWhole(url)
      } finally {
        await database.close()
      }
    },
  }
}

/** Appends an event that has to be taken. */
export async function happens<T extends EventType>(
  db: Db,
  id: string,
  type: T,
  data: DataOf<T>,
  node: string | null = 'node-a',
): Promise<Acted> {
  const acted = await act(db, id, { type, data: () => data, by: { actor: 'somebody', node } })
  if (isLeft(acted)) throw new Error(`${type} of ${id}: ${JSON.stringify(acted.left)}`)
  return acted.right
}

/** A video that has been published and has come through its whole life. */
export async function livedVideo(db: Db, id: string): Promise<void> {
  await happens(db, id, 'Created', { source })
  await happens(db, id, 'DraftSaved', { edit: { video_title: 'The' } })
  await happens(db, id, 'Edited', { edit })
  await happens(db, id, 'Warned', { kind: 'holes', message: 'node-a has a hole' })
  await happens(db, id, 'Claimed', { attempt: `${id}-1`, attempts_limit: 3, why: null })
  await happens(db, id, 'UploadOpened', { attempt: `${id}-1`, destination: 'folder' })
  await happens(db, id, 'Released', {
    attempt: `${id}-1`,
    cause: 'the disk is full',
    counts: true,
    not_before: null,
    proof: null,
  })
  await happens(db, id, 'SourceChanged', { source: { notes: 'look again', event_start: '2026-01-31T18:00:00.000Z' } })
  await happens(db, id, 'Claimed', { attempt: `${id}-2`, attempts_limit: 3, why: null })
  await happens(db, id, 'UploadOpened', { attempt: `${id}-2`, destination: 'folder' })
  await happens(db, id, 'FinalizeStarted', { attempt: `${id}-2`, bytes: 1234, receipt: null })
  await happens(db, id, 'Uploaded', {
    attempt: `${id}-2`,
    video_id: 'vid',
    video_link: 'https://example.org/vid',
    processing: true,
  })
  await happens(db, id, 'Processed', { video_id: 'vid' })
  await happens(db, id, 'Modified', { modification: 'm', edit: { video_title: 'The raffle, part 1' } })
}
