-- How many videos were in each state at the time $1: what moved in the hours before, what has not been counted into them yet (at most
-- $2 events: so few that the end of the tail is read, not the log), and what moved in that hour until then.
with place as materialized (
  select txid, position, date_trunc('hour', $1::timestamptz, 'UTC') as hour from reelstate.board_place
), uncounted as materialized (
  select e.*, hour from place cross join lateral (
    select stream, version, recorded_at, split_part(state, '.', 1) as state from reelstate.events
    where (events.txid, events.position) > (place.txid, place.position) order by events.txid, events.position limit $2
  ) e
), moved as (
  select from_state, to_state, moves::bigint from reelstate.board_moves, place where board_moves.hour < place.hour
  union all
  select coalesce(before.state, ''), u.state, 1 from uncounted u left join lateral (
    select split_part(p.state, '.', 1) as state from reelstate.events p where p.stream = u.stream and p.version = u.version - 1 limit 1
  ) before on true
  where u.recorded_at < u.hour and u.stream like 'video/%' and u.state is distinct from before.state
  union all
  select m.from_state, m.to_state, 1 from place cross join lateral (
    select * from reelstate.moves where moves.recorded_at >= place.hour and moves.recorded_at <= $1 offset 0
  ) m
)
select state, sum(change)::float8 as count from (
  select to_state as state, moves as change from moved
  union all
  select from_state, -moves from moved where from_state <> ''
) changes group by state having sum(change) <> 0
