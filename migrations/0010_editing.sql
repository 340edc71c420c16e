-- Nodes of an older version may go on running: they leave the new columns as they are, and the new table alone.
-- Up Migration

alter table reelstate.videos
  add column external_id      text unique,
  add column title_header     text,
  add column description_tail text,
  add column chapter_markers  jsonb;
comment on column reelstate.videos.external_id is 'what it is called where it comes from: SOURCE/KEY';
comment on column reelstate.videos.title_header is 'what the title begins with that no editor wrote; null where nobody knows';
comment on column reelstate.videos.description_tail is 'what the description ends with that no editor wrote; null where nobody knows';
comment on column reelstate.videos.chapter_markers is '[seconds into the video, name] of each chapter';

-- Not derived from the log, so a rebuild leaves it alone: an edit has in it what it was given of it.
create table reelstate.playlists (
  id                  text primary key,
  name                text    not null,
  description         text    not null default '',
  tags                text[],
  playlist_id         text    unique,
  show_in_description boolean not null default true,
  default_template    text    references reelstate.templates (name) on update cascade,
  changed_at          timestamptz not null default clock_timestamp(),
  changed_by          text
);
comment on column reelstate.playlists.tags is 'of the videos in it, all of them; null: no video is in it, {}: every one';
comment on column reelstate.playlists.playlist_id is 'what the destination calls it';
create index playlists_template on reelstate.playlists (default_template);

-- Down Migration
drop table reelstate.playlists;
alter table reelstate.videos
  drop column chapter_markers, drop column description_tail, drop column title_header, drop column external_id;
