-- Appends what a node has spent ($2, the event's data) to the stream of the account $1, at whatever version it is: sums need no order.
-- Nobody is notified: it concerns no node, and commits that notify go one at a time.
with durable as materialized (
  select set_config('synchronous_commit', 'on', true)
), counted as (
  insert into reelstate.accounts (name, version) select $1::text, 1 from durable
  on conflict (name) do update set version = accounts.version + 1
  returning name, version
), added as (
  insert into reelstate.quota_used (account, day, method, calls, units)
  select name, $2::jsonb->>'day', spent.key, (spent.value->>'calls')::bigint, (spent.value->>'units')::bigint
  from counted, jsonb_each($2::jsonb->'used') spent
  on conflict (account, day, method) do update set
    calls = quota_used.calls + excluded.calls, units = quota_used.units + excluded.units
)
insert into reelstate.events (stream, version, type, schema, state, chart, data, node, recorded_at)
select 'account/' || name, version, 'QuotaUsed', $3, 'COUNTED', 1, $2::jsonb, $4::text, date_trunc('milliseconds', clock_timestamp())
from counted
