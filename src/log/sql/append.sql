-- Appends the events $3 to the stream $1 if it is at version $2, brings the row $4 of the projection and the upload session
-- $5 (or null) with them, and tells the listeners: all or nothing, in one round trip. No row comes back where somebody else
-- was faster: the upsert waits for the row's lock and then looks at the version anew.
with durable as materialized (
  select set_config('synchronous_commit', 'on', true)
), moved as (
  insert into reelstate.videos
  select r.* from durable, jsonb_populate_record(null::reelstate.videos, $4::jsonb) r
  where $2::integer = 0 or exists (select from reelstate.videos v where v.id = r.id)
  on conflict (id) do update set
    version = excluded.version, chart = excluded.chart, state = excluded.state,
    substate = excluded.substate, snapshot = excluded.snapshot, sheet_name = excluded.sheet_name,
    event_start = excluded.event_start, event_end = excluded.event_end, category = excluded.category,
    description = excluded.description, submitter_winner = excluded.submitter_winner, notes = excluded.notes,
    poster_moment = excluded.poster_moment, image_links = excluded.image_links, tags = excluded.tags,
    video_title = excluded.video_title, video_description = excluded.video_description, video_tags = excluded.video_tags,
    public = excluded.public, thumbnail_mode = excluded.thumbnail_mode, thumbnail_time = excluded.thumbnail_time,
    thumbnail_template = excluded.thumbnail_template, thumbnail_image = excluded.thumbnail_image, thumbnail_crop = excluded.thumbnail_crop,
    thumbnail_location = excluded.thumbnail_location, upload_location = excluded.upload_location, video_ranges = excluded.video_ranges,
    video_transitions = excluded.video_transitions, video_channel = excluded.video_channel, video_quality = excluded.video_quality,
    allow_holes = excluded.allow_holes, uploader_whitelist = excluded.uploader_whitelist, error = excluded.error,
    warning = excluded.warning, warning_kind = excluded.warning_kind, uploader = excluded.uploader,
    attempt = excluded.attempt, attempts = excluded.attempts, not_before = excluded.not_before,
    video_id = excluded.video_id, video_link = excluded.video_link, editor = excluded.editor,
    edit_time = excluded.edit_time, upload_time = excluded.upload_time, last_modified = excluded.last_modified,
    orphans = excluded.orphans, updated_at = excluded.updated_at, state_since = excluded.state_since,
    external_id = excluded.external_id, title_header = excluded.title_header, description_tail = excluded.description_tail,
    chapter_markers = excluded.chapter_markers
    where videos.version = $2::integer
  returning id
), opened as (
  insert into reelstate.upload_sessions (attempt, stream, upload_location, reference, opened_at)
  select s.attempt, $1::text, s.upload_location, s.reference, s.opened_at
  from moved, jsonb_to_record($5::jsonb) s(attempt text, upload_location text, reference jsonb, opened_at timestamptz)
  where $5::jsonb is not null
  on conflict (attempt) do update set reference = excluded.reference, opened_at = excluded.opened_at, closed_at = null
), appended as (
  insert into reelstate.events (stream, version, type, schema, state, chart, data, actor, node, cause, recorded_at)
  select $1::text, e.version, e.type, e.schema, e.state, e.chart, e.data, e.actor, e.node, e.cause, e.recorded_at
  from moved, jsonb_to_recordset($3::jsonb) e(version integer, type text, schema integer, state text, chart integer,
    data jsonb, actor text, node text, cause text, recorded_at timestamptz)
  order by e.version
  returning position, version, type, state
)
select position, version,
  pg_notify('video_events', json_build_object('id', moved.id, 'version', version, 'position', position, 'type', type, 'state', state)::text)
from appended, moved
