/** Waits until nothing moves any more of itself, once all faults are over; operators do what only operators can. */
import { setTimeout as pause } from 'node:timers/promises'
import type { People } from './people.js'
import type { World } from './world.js'

/** Of a video that has not come to an end. */
export interface Waiting {
  readonly id: string
  readonly state: string
  readonly error: string | null
  readonly warning: string | null
  readonly location: string | null
  /** Until it is tried again, on the database's clock; null where it waits for no time. */
  readonly dueSeconds: number | null
  /** Why its location takes nothing; null where it does. */
  readonly pausedFor: string | null
}

const LOOK_MS = 100
/** So long nothing may have moved: who has just woken up may still do something. */
const CALM_MS = 400
/** An operator does not wait longer for what a remedy brings about at once; in seconds, as nodes and database count them. */
const PATIENCE_SECONDS = 30
/** Nobody is asked for a remedy more often than this. */
const REMEDY_MS = 1_000

/** Everything that is not at its end, each with what it waits for. Empty once all is at rest. */
const waiting = `
  select v.id, concat_ws('.', v.state, v.substate) as state, v.error, v.warning, v.upload_location as location,
    extract(epoch from v.not_before - clock_timestamp())::float8 as "dueSeconds",
    case when l.state = 'PAUSED' then coalesce(l.reason, '') end as "pausedFor"
  from reelstate.videos v left join reelstate.locations l on l.name = v.upload_location
  where v.state in ('EDITED', 'CLAIMED', 'FINALIZING', 'TRANSCODING', 'MODIFIED', 'UNCERTAIN') order by v.id`

/** Nothing moves for now: what is not at its end waits for a time, or for a person. */
export async function isQuiet(world: World): Promise<boolean> {
  const asked = await world.db.query<Waiting>(waiting).catch(() => null)
  return asked?.rows.every((one) => waitsForTime(one) || one.state === 'UNCERTAIN') ?? false
}

/** That somebody works, whatever comes of it. */
const signsOfLife = `
  select concat_ws(' ', (select max(position) from reelstate.events),
    (select sum(bytes) + sum(done_seconds) from reelstate.progress)) as signs`

/**
 * @param boundMs how long nothing may move, and not how long all of it may take: that is up to the machine. Ten times as long it may.
 * @returns what still waits then: what nobody works on, tries again or has told a person about is a bug.
 */
export async function comeToRest(world: World, people: People, boundMs: number): Promise<Waiting[]> {
  const begunMs = performance.now()
  let until = begunMs + boundMs
  let signs = ''
  let remedyAtMs = 0
  let calmSinceMs = Infinity
  let left: Waiting[] = []
  while (performance.now() < until) {
    const asked = await world.db.query<Waiting>(waiting).catch(() => null)
    const alive = await world.db.query<{ signs: string }>(signsOfLife).catch(() => null)
    const now = alive?.rows[0]?.signs ?? signs
    if (now !== signs) {
      signs = now
      until = Math.min(performance.now(), begunMs + 9 * boundMs) + boundMs
    }
    if (asked !== null) {
      left = asked.rows
      const calm = left.length === 0
      calmSinceMs = calm ? Math.min(calmSinceMs, performance.now()) : Infinity
      if (performance.now() - calmSinceMs >= CALM_MS) return []
      if (performance.now() >= remedyAtMs) {
        remedyAtMs = performance.now() + REMEDY_MS
        await remedy(people, asked.rows)
      }
    }
    await pause(LOOK_MS)
  }
  return left.filter((one) => !waitsForTime(one) && !(one.state === 'UNCERTAIN' && one.error !== null))
}

const waitsForTime = ({ state, dueSeconds, pausedFor }: Waiting): boolean =>
  (state === 'EDITED' || state === 'MODIFIED') && ((dueSeconds ?? 0) > 0 || pausedFor !== null)

async function remedy(people: People, rows: readonly Waiting[]): Promise<void> {
  for (const location of new Set(rows.flatMap(({ location, pausedFor }) => (pausedFor === null ? [] : [location]))))
    if (location !== null) await people.resume(location)
  for (const { id, state, dueSeconds } of rows) {
    if (state === 'UNCERTAIN') await people.resolve(id)
    else if ((dueSeconds ?? 0) > PATIENCE_SECONDS) await people.retry(id)
  }
}
