-- Nodes of an older version may go on running, but they know of no pause: they claim videos for a paused location all the same.
-- Up Migration

-- The projection of the streams `location/NAME`; a location without a row is READY.
create table reelstate.locations (
  name          text primary key,
  version       integer not null,
  chart         integer not null,
  state         text    not null,
  substate      text,
  snapshot      jsonb   not null,
  reason        text,
  until         timestamptz,
  paused_by     text,
  paused_at     timestamptz,
  failures      integer not null,
  pauses        integer not null,
  probe_attempt text,
  probe_video   text,
  probe_node    text,
  probe_at      timestamptz,
  suspect       text
);
comment on column reelstate.locations.until is 'when one video is tried; null while PAUSED: when a person resumes it';
comment on column reelstate.locations.paused_by is 'the person who did; null where its own troubles did';
comment on column reelstate.locations.failures is 'attempts that failed in a row';
comment on column reelstate.locations.suspect is 'the video that failed last; another one is tried first';

-- who looks for work looks by location: what waits for a paused one is not even read
create index videos_waiting on reelstate.videos (upload_location, edit_time, id) where state = 'EDITED';
-- when the next of them may be tried again; few wait for a time
create index videos_due on reelstate.videos (not_before) where state = 'EDITED' and not_before is not null;

-- The projection of the streams `account/NAME`: what was spent of each day's quota.
create table reelstate.accounts (
  name    text primary key,
  version integer not null
);
create table reelstate.quota_used (
  account text   not null,
  day     text   not null,
  method  text   not null,
  calls   bigint not null,
  units   bigint not null,
  primary key (account, day, method)
);
comment on column reelstate.quota_used.day is 'a day of the destination, YYYY-MM-DD: in California, for YouTube';

-- Down Migration
drop table reelstate.quota_used, reelstate.accounts, reelstate.locations;
drop index reelstate.videos_waiting, reelstate.videos_due;
