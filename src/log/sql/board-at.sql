-- How many videos were in each state at the time $1: what moved in the hours before, what has not been counted into them yet, and
-- what moved in that hour until then.
with place as materialized (
  select txid, position, date_trunc('hour', $1::timestamptz, 'UTC') as hour from reelstate.board_place
), moved as (
  select from_state, to_state, moves::bigint from reelstate.board_moves, place where board_moves.hour < place.hour
  union all
  select m.from_state, m.to_state, 1 from place cross join lateral (
    select * from reelstate.moves
    where (moves.txid, moves.position) > (place.txid, place.position) and moves.recorded_at < place.hour offset 0
  ) m
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
