-- Nodes of an older version may go on running; their appends wait while two indexes are made (seconds, for 100,000 videos).
-- Up Migration

-- What errors that have the same reason have in common: their first line, with every word in which there is a digit as `…`, for that is an
-- id, a time, a segment or a size. Only what a destination has answered with (4xx, 5xx) is kept.
create function reelstate.error_line(error text) returns text language sql immutable parallel safe as $$
  select left(regexp_replace(left(split_part(error, E'\n', 1), 400), '\m(?!(?<=with )[45]\d\d\M)[\w.:/+-]*\d[\w.:/+-]*', '…', 'g'), 200)
$$;

create index videos_error_line on reelstate.videos (reelstate.error_line(error), (coalesce(edit_time, '-infinity'::timestamptz)), id)
  where error is not null;
create index videos_warning_line on reelstate.videos (reelstate.error_line(warning), (coalesce(edit_time, '-infinity'::timestamptz)), id)
  where warning is not null;

-- Down Migration
drop index reelstate.videos_error_line, reelstate.videos_warning_line;
drop function reelstate.error_line;
