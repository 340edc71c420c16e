/** A log of its own, and a video in it, for specs. */
import { isLeft } from 'fp-ts/lib/Either.js'
import type { Edit } from '../../machines/edit.js'
import { type DataOf, type EventType } from '../../machines/events.js'
import { act, type Acted } from '../../src/log/act.js'
import { connect, type Db } from '../../src/log/database.js'
import { migrate } from '../../src/log/migrate.js'
import { testDatabase } from './database.js'

export interface TestLog {
  readonly url: string
  readonly db: Db
  close(): Promise<void>
}

export async function testLog(): Promise<TestLog> {
  const database = await testDatabase()
  const { url } = database
  await migrate(url)
  const db = connect({ url, name: 'spec' })
  return {
    url,
    db,
    async close() {
      await db.end()
      await database.close()
    },
  }
}

export const source = {
  sheet_name: '',
  event_start: null,
  event_end: null,
  category: '',
  description: 'The raffle',
  submitter_winner: '',
  notes: '',
  poster_moment: false,
  image_links: [],
  tags: ['raffle'],
}

export const edit: Edit = {
  video_title: 'The raffle',
  video_description: 'Who wins the quilt',
  video_tags: ['raffle', 'day 1'],
  public: true,
  thumbnail_mode: 'NONE',
  thumbnail_time: null,
  thumbnail_template: null,
  thumbnail_image: null,
  thumbnail_crop: null,
  thumbnail_location: [0, 0, 640, 360],
  upload_location: 'local',
  video_ranges: [
    ['2026-01-31T18:00:10.000Z', '2026-01-31T18:00:20.500Z'],
    ['2026-01-31T18:01:00.000Z', '2026-01-31T18:01:05.000Z'],
  ],
  video_transitions: [null],
  video_channel: 'main',
  video_quality: 'source',
  allow_holes: false,
  uploader_whitelist: null,
}

/** Appends an event that has to be taken. */
export async function happens<T extends EventType>(
  db: Db,
  id: string,
  type: T,
  data: DataOf<T>,
  node = 'node-a',
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
