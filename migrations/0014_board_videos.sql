-- Nodes of an older version may go on running; their appends wait while an index is made (seconds, for two million events).
-- Up Migration

-- which videos were in a state at a moment: the events that led there or happened there, by time
create index events_state_time on reelstate.events ((split_part(state, '.', 1)), recorded_at, position) where stream like 'video/%';

-- Down Migration
drop index reelstate.events_state_time;
