-- Nodes of an older version may go on running: they know of no webhooks and leave this table alone.
-- Up Migration

-- How far each webhook has been told of what happens. Not derived from the log, so a rebuild leaves it alone.
create table reelstate.webhooks (
  name          text primary key,
  txid          xid8    not null,
  position      bigint  not null,
  failures      integer not null default 0,
  failing_since timestamptz,
  not_before    timestamptz,
  last_error    text,
  delivered_at  timestamptz
);
comment on column reelstate.webhooks.position is 'with txid: the last event that it was told of, or that does not concern it; a cursor of the tail';
comment on column reelstate.webhooks.failures is 'how often the next event has been tried in vain';
comment on column reelstate.webhooks.failing_since is 'when the next event was first tried in vain';
comment on column reelstate.webhooks.not_before is 'when the next event is tried again';
comment on column reelstate.webhooks.last_error is 'why the last attempt failed, or what was skipped; null once a later event was delivered';

-- Down Migration
drop table reelstate.webhooks;
