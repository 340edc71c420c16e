-- Nodes of an older version may go on running; their appends wait while the rows get a new column (seconds, for 100,000 videos).
-- Triggers keep for them what they know nothing of; only their lists are slower.
-- Up Migration

-- Since when a video is in its state the log says: by the first event of the last run of events that led to `top`. To the millisecond, as
-- the time of every event is. Null where the last event led elsewhere.
create function reelstate.entered_at(of text, top text) returns timestamptz language sql stable as $$
  select date_trunc('milliseconds', recorded_at) from reelstate.events
  where stream = of and version = 1 + coalesce(
    (select version from reelstate.events where stream = of and split_part(state, '.', 1) <> top order by version desc limit 1), 0)
$$;

-- Computed before the table is locked, so that appends wait for no more than the writing.
create unlogged table reelstate.entered as
  select id, version, reelstate.entered_at('video/' || id, state) as since from reelstate.videos;

alter table reelstate.videos add column state_since timestamptz;
comment on column reelstate.videos.state_since is 'when it entered its state, by the time of the event that led there';
update reelstate.videos v set state_since =
  case when e.version = v.version then e.since else reelstate.entered_at('video/' || v.id, v.state) end
from reelstate.entered e where e.id = v.id;
drop table reelstate.entered;
update reelstate.videos set state_since = reelstate.entered_at('video/' || id, state) where state_since is null;

-- Who writes rows without it leaves what was there, or nothing: it is then asked of the log, once the event is in it.
create function reelstate.forget_since() returns trigger language plpgsql as $$
begin
  new.state_since := null;
  return new;
end $$;
create trigger videos_forget_since before update on reelstate.videos for each row
  when (new.state is distinct from old.state and new.state_since is not distinct from old.state_since)
  execute function reelstate.forget_since();
create function reelstate.ask_since() returns trigger language plpgsql as $$
begin
  update reelstate.videos set state_since = entered.since
  from (select reelstate.entered_at('video/' || new.id, new.state)) as entered(since)
  where id = new.id and version = new.version and state_since is null and entered.since is not null;
  return null;
end $$;
create trigger videos_ask_since after insert or update on reelstate.videos for each row
  when (new.state_since is null) execute function reelstate.ask_since();

-- Lists go by one of two orders, within a state or beyond it; each filter that few videos pass has an index in the usual order.
drop index reelstate.videos_state, reelstate.videos_newest;
create index videos_state on reelstate.videos (state, (coalesce(edit_time, '-infinity'::timestamptz)), id);
create index videos_state_since on reelstate.videos (state, state_since, id);
create index videos_newest on reelstate.videos ((coalesce(edit_time, '-infinity'::timestamptz)), id);
create index videos_location on reelstate.videos (upload_location, (coalesce(edit_time, '-infinity'::timestamptz)), id)
  where upload_location is not null;
create index videos_node on reelstate.videos (uploader, (coalesce(edit_time, '-infinity'::timestamptz)), id) where uploader is not null;
create index videos_editor on reelstate.videos (editor, (coalesce(edit_time, '-infinity'::timestamptz)), id) where editor is not null;
create index videos_error on reelstate.videos ((coalesce(edit_time, '-infinity'::timestamptz)), id) where error is not null;
create index videos_warning on reelstate.videos ((coalesce(edit_time, '-infinity'::timestamptz)), id) where warning is not null;

-- How many videos are in each state: changes that add up, a row each, so that no append waits for another. Put together now and then.
create table reelstate.state_counts (
  state  text   not null,
  change bigint not null
);
create function reelstate.count_state() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE' then
    insert into reelstate.state_counts values (old.state, -1), (new.state, 1);
  else
    insert into reelstate.state_counts values (new.state, 1);
  end if;
  return null;
end $$;
create trigger videos_count_new after insert on reelstate.videos for each row execute function reelstate.count_state();
create trigger videos_count_moved after update on reelstate.videos for each row
  when (new.state is distinct from old.state) execute function reelstate.count_state();

-- What people look for, apart from the row: most events change nothing of it.
create table reelstate.video_texts (
  video text primary key,
  text  text not null
);
create function reelstate.keep_text() returns trigger language plpgsql as $$
begin
  insert into reelstate.video_texts values
    (new.id, lower(concat_ws(E'\n', new.id, new.video_title, new.description, new.video_description, new.notes)))
  on conflict (video) do update set text = excluded.text;
  return null;
end $$;
create trigger videos_text_new after insert on reelstate.videos for each row execute function reelstate.keep_text();
create trigger videos_text_changed after update on reelstate.videos for each row
  when ((new.video_title, new.description, new.video_description, new.notes)
    is distinct from (old.video_title, old.description, old.video_description, old.notes))
  execute function reelstate.keep_text();

create function reelstate.forget_videos() returns trigger language plpgsql as $$
begin
  insert into reelstate.state_counts select state, -count(*) from gone group by state;
  delete from reelstate.video_texts t using gone where t.video = gone.id;
  return null;
end $$;
create trigger videos_gone after delete on reelstate.videos referencing old table as gone
  for each statement execute function reelstate.forget_videos();
create function reelstate.forget_all_videos() returns trigger language plpgsql as $$
begin
  -- whoever puts the changes together is waited for: what he has taken and not yet given back would be missed
  lock table reelstate.state_counts in exclusive mode;
  delete from reelstate.state_counts;
  delete from reelstate.video_texts;
  return null;
end $$;
create trigger videos_all_gone after truncate on reelstate.videos for each statement execute function reelstate.forget_all_videos();

insert into reelstate.state_counts select state, count(*) from reelstate.videos group by state;
insert into reelstate.video_texts
  select id, lower(concat_ws(E'\n', id, video_title, description, video_description, notes)) from reelstate.videos;

-- A text is found wherever it stands where the server lets us have pg_trgm; where it does not, at the beginning of a word.
do $$
declare
  home text;
begin
  create extension if not exists pg_trgm with schema reelstate;
  select nspname into home from pg_extension e join pg_namespace n on n.oid = e.extnamespace where extname = 'pg_trgm';
  execute format('create index video_texts_trigrams on reelstate.video_texts using gin (text %I.gin_trgm_ops)', home);
exception when others then
  create index video_texts_words on reelstate.video_texts using gin (to_tsvector('simple'::regconfig, text));
end $$;

-- What has moved from state to state in each hour, as the log has it: kept by a node, in the order of the tail, so that an event that
-- was committed late is counted in its own hour. Derived from the log alone.
create table reelstate.board_moves (
  hour       timestamptz not null,
  from_state text        not null,
  to_state   text        not null,
  moves      bigint      not null,
  primary key (hour, from_state, to_state)
);
comment on column reelstate.board_moves.from_state is 'empty for what was created';
create table reelstate.board_stays (
  hour   timestamptz not null,
  state  text        not null,
  length smallint    not null,
  stays  bigint      not null,
  primary key (hour, state, length)
);
comment on table reelstate.board_stays is 'how long videos had been in the states that they left in each hour';
comment on column reelstate.board_stays.length is 'at least 1.1 to the power of this, in seconds, and less than to the power of one more';
create table reelstate.board_place (
  txid     xid8   not null,
  position bigint not null
);
comment on table reelstate.board_place is 'up to where in the log they say all; one row';
insert into reelstate.board_place values ('0', 0);
create unique index board_place_is_one on reelstate.board_place ((true));

-- Each event that led a video to another state, with the state before. The one before is read by itself, however many are asked for.
create view reelstate.moves as
  select e.txid, e.position, e.recorded_at, e.stream, e.version, coalesce(split_part(before.state, '.', 1), '') as from_state,
    split_part(e.state, '.', 1) as to_state
  from reelstate.events e left join lateral (
    select p.state from reelstate.events p where p.stream = e.stream and p.version = e.version - 1 limit 1
  ) before on true
  where e.stream like 'video/%' and split_part(e.state, '.', 1) is distinct from split_part(before.state, '.', 1);

-- Down Migration
drop view reelstate.moves;
drop table reelstate.board_place, reelstate.board_stays, reelstate.board_moves;
drop trigger videos_forget_since on reelstate.videos;
drop trigger videos_ask_since on reelstate.videos;
drop trigger videos_count_new on reelstate.videos;
drop trigger videos_count_moved on reelstate.videos;
drop trigger videos_text_new on reelstate.videos;
drop trigger videos_text_changed on reelstate.videos;
drop trigger videos_gone on reelstate.videos;
drop trigger videos_all_gone on reelstate.videos;
drop function reelstate.forget_since, reelstate.ask_since, reelstate.count_state, reelstate.keep_text, reelstate.forget_videos,
  reelstate.forget_all_videos;
drop table reelstate.video_texts, reelstate.state_counts;
drop index reelstate.videos_state, reelstate.videos_state_since, reelstate.videos_newest, reelstate.videos_location,
  reelstate.videos_node, reelstate.videos_editor, reelstate.videos_error, reelstate.videos_warning;
create index videos_state on reelstate.videos (state, edit_time);
create index videos_newest on reelstate.videos (edit_time desc nulls last, id);
alter table reelstate.videos drop column state_since;
drop function reelstate.entered_at;
