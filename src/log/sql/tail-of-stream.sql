-- As tail.sql, of the stream $4 alone: there the order of versions is that of the log.
select position, txid::text, stream, version, type, schema, state, chart, data, actor, node, cause, recorded_at
from reelstate.events
where stream = $4 and (events.txid, position) > ($1::text::xid8, $2::bigint)
  and events.txid < pg_snapshot_xmin(pg_current_snapshot())
order by version
limit $3
