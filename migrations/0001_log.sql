-- Nodes of an older version: there are none. The log: events, what they refer to, and the rules that keep it whole.
-- Up Migration

create table reelstate.events (
  position    bigint generated always as identity primary key,
  stream      text        not null check (stream ~ '^(video|location|account)/.+$'),
  version     integer     not null check (version > 0),
  type        text        not null,
  schema      integer     not null,
  state       text        not null,
  chart       integer     not null,
  data        jsonb       not null,
  actor       text,
  node        text,
  cause       text,
  txid        xid8        not null default pg_current_xact_id(),
  recorded_at timestamptz not null,
  hash        bytea       not null,
  unique (stream, version)
);
-- the order in which a reader of the tail goes on
create index events_tail on reelstate.events (txid, position);
-- what was the state of everything at a moment, what happened in an hour
create index events_time on reelstate.events (recorded_at);

comment on column reelstate.events.state is 'where the event led, with the substate';
comment on column reelstate.events.chart is 'version of the chart that took it, set by hand';
comment on column reelstate.events.txid is 'transaction that appended it; 0 where it came from another server';
comment on column reelstate.events.hash is 'SHA-256 of the event and of the hash before it in its stream';

-- Neither position nor txid is covered: both are this server's own, and a log that moves keeps its hashes.
create function reelstate.event_hash(e reelstate.events, before bytea) returns bytea
  language sql stable as $$
  select sha256(coalesce(before, '') || convert_to(jsonb_build_array(
    e.stream, e.version, e.type, e.schema, e.state, e.chart, e.data, e.actor, e.node, e.cause,
    to_char(e.recorded_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US')
  )::text, 'UTF8'))
$$;

-- Volatile, so that it sees the events before it in the same statement.
create function reelstate.chain_event() returns trigger language plpgsql volatile as $$
declare
  before bytea;
begin
  if new.version > 1 then
    select hash into before from reelstate.events where stream = new.stream and version = new.version - 1;
    if not found then
      raise exception 'event % of % has no predecessor', new.version, new.stream using errcode = 'integrity_constraint_violation';
    end if;
  end if;
  new.hash := reelstate.event_hash(new, before);
  return new;
end $$;
create trigger events_chain before insert on reelstate.events for each row execute function reelstate.chain_event();

create function reelstate.refuse_change() returns trigger language plpgsql as $$
begin
  raise exception 'the log is append-only: % of % is refused', tg_op, tg_table_name using errcode = 'insufficient_privilege';
end $$;
create trigger events_immutable before update or delete on reelstate.events for each row execute function reelstate.refuse_change();
create trigger events_kept before truncate on reelstate.events for each statement execute function reelstate.refuse_change();
-- also for what replication or a restore would apply with its triggers off
alter table reelstate.events enable always trigger events_immutable;
alter table reelstate.events enable always trigger events_kept;

-- Images and receipts; events hold their hashes.
create table reelstate.blobs (
  sha256     text primary key check (sha256 ~ '^[0-9a-f]{64}$'),
  media_type text        not null,
  content    bytea       not null check (encode(sha256(content), 'hex') = sha256),
  created_at timestamptz not null default now()
);

-- What lets its holder complete or cancel an upload: apart from the log, and given out nowhere.
create table reelstate.upload_sessions (
  attempt         text primary key,
  stream          text        not null,
  upload_location text        not null,
  reference       jsonb       not null,
  opened_at       timestamptz not null,
  closed_at       timestamptz
);
create index upload_sessions_open on reelstate.upload_sessions (stream) where closed_at is null;

-- Down Migration
drop table reelstate.upload_sessions, reelstate.blobs, reelstate.events;
drop function reelstate.chain_event, reelstate.refuse_change, reelstate.event_hash;
