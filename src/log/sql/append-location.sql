-- Appends the event $3 to the stream $1 of a location if it is at version $2, brings its row $4 with it, and tells the listeners:
-- all or nothing, in one round trip. No row comes back where somebody else was faster.
with durable as materialized (
  select set_config('synchronous_commit', 'on', true)
), moved as (
  insert into reelstate.locations
  select r.* from durable, jsonb_populate_record(null::reelstate.locations, $4::jsonb) r
  where $2::integer = 0 or exists (select from reelstate.locations l where l.name = r.name)
  on conflict (name) do update set
    version = excluded.version, chart = excluded.chart, state = excluded.state, substate = excluded.substate,
    snapshot = excluded.snapshot, reason = excluded.reason, until = excluded.until, paused_by = excluded.paused_by,
    paused_at = excluded.paused_at, failures = excluded.failures, pauses = excluded.pauses,
    probe_attempt = excluded.probe_attempt, probe_video = excluded.probe_video, probe_node = excluded.probe_node,
    probe_at = excluded.probe_at, suspect = excluded.suspect
    where locations.version = $2::integer
  returning name
), appended as (
  insert into reelstate.events (stream, version, type, schema, state, chart, data, actor, node, cause, recorded_at)
  select $1::text, e.version, e.type, e.schema, e.state, e.chart, e.data, e.actor, e.node, e.cause, e.recorded_at
  from moved, jsonb_to_record($3::jsonb) e(version integer, type text, schema integer, state text, chart integer,
    data jsonb, actor text, node text, cause text, recorded_at timestamptz)
  returning position, version, type, state
)
select position, version,
  pg_notify('video_events', json_build_object('stream', $1::text, 'version', version, 'position', position, 'type', type, 'state', state)::text)
from appended
