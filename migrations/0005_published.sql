-- Nodes of an older version may go on running: they leave the new column as it is.
-- Up Migration

alter table reelstate.videos add column updated_at timestamptz;
comment on column reelstate.videos.updated_at is 'when the destination last showed a modification, or one was given up';
-- each is looked at once more, a little later
create index videos_updated on reelstate.videos (updated_at) where updated_at is not null;
create index videos_orphans on reelstate.videos (id) where orphans <> '[]';

-- Down Migration
drop index reelstate.videos_orphans;
drop index reelstate.videos_updated;
alter table reelstate.videos drop column updated_at;
