-- Nodes of an older version: there are none. The projection of the log, a row a video, and the nodes.
-- Up Migration

create type reelstate.video_range as (start timestamptz, "end" timestamptz);
create type reelstate.video_transition as (type text, duration double precision);

create table reelstate.videos (
  id                 text primary key,
  version            integer not null,
  chart              integer not null,
  state              text    not null,
  substate           text,
  snapshot           jsonb   not null,
  -- what the schedule says
  sheet_name         text    not null,
  event_start        timestamptz,
  event_end          timestamptz,
  category           text    not null,
  description        text    not null,
  submitter_winner   text    not null,
  notes              text    not null,
  poster_moment      boolean not null,
  image_links        text[]  not null,
  tags               text[]  not null,
  -- what the editor says
  video_title        text,
  video_description  text,
  video_tags         text[],
  public             boolean not null,
  thumbnail_mode     text    not null,
  thumbnail_time     timestamptz,
  thumbnail_template text,
  thumbnail_image    text,
  thumbnail_crop     integer[],
  thumbnail_location integer[],
  upload_location    text,
  video_ranges       reelstate.video_range[],
  video_transitions  reelstate.video_transition[],
  video_channel      text,
  video_quality      text,
  allow_holes        boolean not null,
  uploader_whitelist text[],
  -- what became of it
  error              text,
  warning            text,
  warning_kind       text,
  uploader           text,
  attempt            text,
  attempts           integer not null,
  not_before         timestamptz,
  video_id           text,
  video_link         text,
  editor             text,
  edit_time          timestamptz,
  upload_time        timestamptz,
  last_modified      timestamptz,
  orphans            jsonb   not null
);
-- who looks for work looks by state; the oldest edit comes first
create index videos_state on reelstate.videos (state, edit_time);
create index videos_schedule on reelstate.videos (event_start, id);
-- a list of the newest
create index videos_newest on reelstate.videos (edit_time desc nulls last, id);

create table reelstate.nodes (
  name       text primary key,
  host       text        not null,
  pid        integer     not null,
  version    text        not null,
  locations  jsonb       not null,
  started_at timestamptz not null,
  beat_at    timestamptz not null,
  stopped_at timestamptz
);
comment on column reelstate.nodes.locations is 'what it offers: name of the location to { type, cut }';

-- How far a cut is: neither kept nor announced, so it is no event.
create unlogged table reelstate.progress (
  stream        text primary key,
  attempt       text not null,
  done_seconds  double precision not null,
  total_seconds double precision not null,
  bytes         bigint not null,
  noted_at      timestamptz not null default now()
);

-- Down Migration
drop table reelstate.progress, reelstate.nodes, reelstate.videos;
drop type reelstate.video_transition, reelstate.video_range;
