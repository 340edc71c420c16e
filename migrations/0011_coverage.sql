-- Nodes of an older version may go on running: they leave the new tables alone, and have no coverage of their own in them.
-- Up Migration

-- What each node has of each hour, as it last saw on its disk. Derived, so it is no event; kept, so that a node that starts again reads
-- only what has changed, and so that a standby can be asked, too.
create table reelstate.coverage (
  node     text        not null,
  channel  text        not null,
  quality  text        not null,
  hour     timestamptz not null,
  stamp    text        not null,
  figures  jsonb       not null,
  pieces   text        not null,
  spill    jsonb       not null,
  noted_at timestamptz not null,
  primary key (node, channel, quality, hour)
);
comment on column reelstate.coverage.stamp is 'what the folder was known by when it was read; empty: it is to be read again';
comment on column reelstate.coverage.pieces is 'for the map: runs of full (f), not full (n) and missing (m), two seconds each';
comment on column reelstate.coverage.spill is 'of its segments those that last into the next hour';
create index coverage_map on reelstate.coverage (channel, quality, hour);
create index coverage_hour on reelstate.coverage (hour);

-- When each node last went through its hours, and how far it is.
create table reelstate.coverage_rounds (
  node       text primary key,
  begun_at   timestamptz not null,
  ended_at   timestamptz,
  hours      integer     not null,
  done       integer     not null,
  read       integer     not null,
  unreadable text[]      not null
);
comment on column reelstate.coverage_rounds.ended_at is 'null while it goes on';
comment on column reelstate.coverage_rounds.read is 'of the hours done those that were not as they had been';

-- Holes with which videos were published, and which a node has footage of now.
create table reelstate.filled_holes (
  video           text        not null,
  node            text        not null,
  hole_start      timestamptz not null,
  hole_end        timestamptz not null,
  edit_time       timestamptz not null,
  missing_seconds double precision not null,
  since           timestamptz not null,
  primary key (video, node, hole_start, hole_end)
);
comment on column reelstate.filled_holes.missing_seconds is 'of the hole, what is missing still';
comment on column reelstate.filled_holes.since is 'when the node first saw so much of it';
-- the few that were cut although something was missing
create index videos_with_holes on reelstate.videos (upload_time) where allow_holes and state in ('DONE', 'MODIFIED');

-- Down Migration
drop index reelstate.videos_with_holes;
drop table reelstate.filled_holes, reelstate.coverage_rounds, reelstate.coverage;
