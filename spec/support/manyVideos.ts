/**
 * Very many videos, with as many events as a long marathon leaves: written by SQL, and like the real ones as far as lists and boards
 * read them. Most are DONE; the others are spread over the states.
 */
import { created } from '../../machines/context.js'
import type { Db } from '../../src/log/database.js'
import { source } from './moment.js'

export interface Many {
  readonly videos: number
  readonly eventsEach: number
  /** Until now. */
  readonly hours: number
}

/** States by the last digits of a video's number: 900 of 1,000 are DONE. */
const lastState = `case when n % 1000 < 900 then 'DONE' when n % 1000 < 940 then 'UNEDITED' when n % 1000 < 970 then 'EDITED'
  when n % 1000 < 980 then 'MODIFIED' when n % 1000 < 985 then 'TRANSCODING' when n % 1000 < 990 then 'FAILED'
  when n % 1000 < 995 then 'CLAIMED' else 'OUT_OF_SYNC' end`

/** The database has to be migrated and empty. */
export async function fillMany(db: Db, { videos, eventsEach, hours }: Many): Promise<void> {
  const on = await db.connect()
  try {
    await on.query('set statement_timeout = 0')
    const run = async (text: string, values: unknown[] = []): Promise<void> => {
      const statement = { text, values, query_timeout: 900_000 }
      await on.query(statement)
    }
    // the hashes of such a log are of no interest here
    await run('alter table reelstate.events disable trigger events_chain')
    await run(
      `insert into reelstate.events (stream, version, type, schema, state, chart, data, txid, recorded_at, hash)
       select 'video/v' || n, v, case v when 1 then 'Created' else 'SourceChanged' end, 1,
         case when v = $2 then ${lastState} when v = 1 then 'UNEDITED' when v % 6 in (2, 3) then 'EDITED'
           when v % 6 = 4 then 'CLAIMED.PREPARING' when v % 6 = 5 then 'CLAIMED.STREAMING' when v % 6 = 0 then 'TRANSCODING' else 'DONE' end,
         3, '{"source": {"notes": "look again"}}', '0',
         date_trunc('milliseconds', now() - make_interval(secs => $3::float8 * 3600 * (1 - (v - 1 + n::float8 / $1) / $2))), '\\x00'
       from generate_series(1, $2::integer) v, generate_series(1, $1::integer) n order by v, n`,
      [videos, eventsEach, hours],
    )
    await run('alter table reelstate.events enable trigger events_chain')
    await run(
      `insert into reelstate.videos (id, version, chart, state, substate, snapshot, sheet_name, category, description, submitter_winner,
         notes, poster_moment, image_links, tags, video_title, video_description, public, thumbnail_mode, upload_location, allow_holes,
         error, warning, warning_kind, uploader, attempts, editor, edit_time, orphans, state_since)
       select 'v' || n, $2, 3, ${lastState}, case when n % 1000 between 990 and 994 then 'STREAMING' end,
         jsonb_build_object('value', 'DONE', 'context',
           $4::jsonb || jsonb_build_object('id', 'v' || n, 'edit', jsonb_build_object('video_description', repeat('words ', 40)))),
         '', '', 'Moment ' || n || ' of the day', '', case when n % 5000 = 7 then 'the parrot speaks' else '' end, false, '{}', '{}',
         'Title ' || md5(n::text), repeat(md5((n * 7)::text) || ' ', 8), true, 'NONE',
         case when n % 10000 = 3 then 'rare' when n % 3 = 0 then 'youtube' else 'local' end, false,
         case when n % 1000 between 985 and 989 or n % 1000 >= 995 then 'it failed' end,
         case when n % 2000 = 950 then 'holes' end, case when n % 2000 = 950 then 'holes' end,
         'node-' || n % 4, 0, 'editor-' || n % 50,
         case when n % 1000 between 900 and 939 then null else now() - make_interval(secs => $3::float8 * 3600 * (1 - n::float8 / $1)) end,
         case when n % 10000 = 5 then '[{"id": "gone", "upload_location": "local", "video_id": "gone", "video_link": "https://example.org/gone", "attempt": null, "since": "2026-01-31T18:00:00.000Z"}]'::jsonb else '[]' end,
         date_trunc('milliseconds', now() - make_interval(secs => $3::float8 * 3600 * (1 - ($2 - 1 + n::float8 / $1) / $2)))
       from generate_series(1, $1::integer) n`,
      [videos, eventsEach, hours, JSON.stringify(created('', source))],
    )
    for (const table of ['events', 'videos', 'video_texts', 'state_counts'])
      await run(`vacuum analyze reelstate.${table}`)
  } finally {
    on.release(true)
  }
}
