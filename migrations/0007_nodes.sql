-- Nodes of an older version may go on running: they say less of themselves, and leave the new tables alone.
-- Up Migration

alter table reelstate.nodes
  add column url text,
  add column channels text[] not null default '{}',
  add column only_named boolean not null default false;
comment on column reelstate.nodes.url is 'where other nodes reach its HTTP; null where they cannot';
comment on column reelstate.nodes.channels is 'of which it has footage';
comment on column reelstate.nodes.only_named is 'it takes only videos whose edit names it';

-- What nodes have of the footage of videos that wait: neither kept nor announced, so it is no event.
create unlogged table reelstate.footage (
  video           text        not null,
  node            text        not null,
  edit_time       timestamptz not null,
  missing_seconds double precision not null,
  nothing_since   timestamptz,
  first_at        timestamptz not null,
  noted_at        timestamptz not null,
  primary key (video, node)
);
comment on column reelstate.footage.missing_seconds is 'of the ranges, what this node has not';
comment on column reelstate.footage.nothing_since is 'since when it has had none of it; null where it has some';
comment on column reelstate.footage.first_at is 'when it first looked for this edit';

-- the oldest edit comes first, and what is tried again at its time; in place of the order of edits alone
drop index reelstate.videos_waiting;
create index videos_turn on reelstate.videos (upload_location, (coalesce(not_before, edit_time)), id) where state = 'EDITED';
-- those of which nobody may be alive whom they name
create index videos_allow_listed on reelstate.videos (id) where state = 'EDITED' and uploader_whitelist is not null;

-- Down Migration
drop index reelstate.videos_allow_listed, reelstate.videos_turn;
create index videos_waiting on reelstate.videos (upload_location, edit_time, id) where state = 'EDITED';
drop table reelstate.footage;
alter table reelstate.nodes drop column url, drop column channels, drop column only_named;
