-- Events after the cursor ($1, $2), at most $3, of transactions that are older than every one still open.
select position, txid::text, stream, version, type, schema, state, chart, data, actor, node, cause, recorded_at
from reelstate.events
where (events.txid, position) > ($1::text::xid8, $2::bigint) and events.txid < pg_snapshot_xmin(pg_current_snapshot())
order by events.txid, position
limit $3
