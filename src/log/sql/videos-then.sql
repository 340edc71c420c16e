-- The videos that were in the state $2 at the time $1, the last moved first: those whose last event until then led there or happened there.
-- $3 is the event after which to go on (null: from the last), $4 how many are wanted. Whether an event was the last is looked up by itself:
-- what comes before the wanted ones in the index of states is read, and nothing else.
select e.position::text, substr(e.stream, 7) as id, coalesce(v.video_title, v.description) as title, e.state, e.version
from reelstate.events e left join reelstate.videos v on v.id = substr(e.stream, 7)
where split_part(e.state, '.', 1) = $2 and e.stream like 'video/%' and e.recorded_at <= $1
  and ($3::bigint is null or (e.recorded_at, e.position) < (select c.recorded_at, c.position from reelstate.events c where c.position = $3))
  and not exists (select from reelstate.events n where n.stream = e.stream and n.version > e.version and n.recorded_at <= $1)
order by e.recorded_at desc, e.position desc limit $4
