-- Counts the next events of the tail, at most $1, into the hours in which they happened. Nothing where another connection is at it.
-- What came before an event is looked up for each by itself: a join would read the whole log.
with place as materialized (
  select txid, position from reelstate.board_place
  where pg_try_advisory_xact_lock(hashtextextended('reelstate board', 0))
  for update skip locked
), page as materialized (
  select e.* from place cross join lateral (
    select txid, position, stream, version, recorded_at, split_part(state, '.', 1) as state from reelstate.events
    where (events.txid, events.position) > (place.txid, place.position) and events.txid < pg_snapshot_xmin(pg_current_snapshot())
    order by events.txid, events.position limit $1
  ) e
), last as (
  select txid, position from page order by txid desc, position desc limit 1
), moved as materialized (
  select date_trunc('hour', page.recorded_at, 'UTC') as hour, page.*, coalesce(before.state, '') as from_state
  from page left join lateral (
    select split_part(p.state, '.', 1) as state from reelstate.events p
    where p.stream = page.stream and p.version = page.version - 1 limit 1
  ) before on true
  where page.stream like 'video/%' and page.state is distinct from before.state
), counted as (
  insert into reelstate.board_moves (hour, from_state, to_state, moves)
  select hour, from_state, state, count(*) from moved group by hour, from_state, state
  on conflict (hour, from_state, to_state) do update set moves = board_moves.moves + excluded.moves
), stayed as (
  select moved.hour, moved.from_state as state,
    floor(ln(greatest(0.001, extract(epoch from moved.recorded_at - entered.at)::float8)) / ln(1.1::float8))::smallint as length
  from moved cross join lateral (
    select first.recorded_at as at from reelstate.events first
    where first.stream = moved.stream and first.version = 1 + coalesce((
      select other.version from reelstate.events other
      where other.stream = moved.stream and other.version < moved.version - 1
        and split_part(other.state, '.', 1) <> moved.from_state
      order by other.version desc limit 1), 0)
    limit 1
  ) entered
  where moved.version > 1
), measured as (
  insert into reelstate.board_stays (hour, state, length, stays)
  select hour, state, length, count(*) from stayed group by hour, state, length
  on conflict (hour, state, length) do update set stays = board_stays.stays + excluded.stays
), noted as (
  update reelstate.board_place set txid = last.txid, position = last.position from last
)
select count(*)::integer as events from page
