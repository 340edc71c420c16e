/**
 * A location's circuit breaker, as attempts meet it: whether a video may be claimed for it, what its attempts have come upon, and
 * how the one that tried it has ended.
 */
import { isLeft } from 'fp-ts/lib/Either.js'
import { formatInstant, instantMs } from '../../machines/codecs.js'
import { type LocationSnapshot, newLocation } from '../../machines/decideLocation.js'
import type { LocationDataOf, Trouble } from '../../machines/locationEvents.js'
import type { Db } from '../log/database.js'
import { actOnLocation, readGate, readLocation } from '../log/locations.js'
import { locationsOf, offeredLocations } from '../log/nodes.js'
import { backoffMs } from './location.js'
import { endless, patiently } from './persist.js'
import type { Cause } from './trouble.js'
import type { Ended, Work } from './work.js'

/** So many attempts in a row have to fail until a destination that only fails counts as out of order. */
const FAILURES = 3
const FIRST_PAUSE_MS = 60_000
const LONGEST_PAUSE_MS = 3_600_000

// what is said of an attempt is said once it is over, however long that takes
const patience = endless()

/** An attempt that is about to begin. */
export interface Entrant {
  readonly db: Db
  readonly node: string
  readonly location: string
  readonly video: string
  readonly attempt: string
}

/**
 * Whether the attempt may begin: as one of any number, or as the one that the location is tried with, which the log knows then.
 * @param seen the gate, where it was read a moment ago: where it is open, it is not asked again.
 */
export async function enter(
  { db, node, location, video, attempt }: Entrant,
  seen: 'open' | 'probe' | null = null,
): Promise<'open' | 'probe' | 'closed'> {
  if (seen === 'open') return seen
  const { gate, probe } = await readGate(db, location)
  if (gate !== 'probe') return gate
  const started = await actOnLocation(db, location, {
    type: 'ProbeStarted',
    data: ({ context }) => ({ video, attempt, instead_of: context.probe === null ? null : probe }),
    by: { node },
  })
  return isLeft(started) ? 'closed' : 'probe'
}

/** What is tried has ended. @param ended null where the video could not be claimed after all. */
export async function leave({ db, node, location, attempt }: Entrant, ended: Ended | null): Promise<void> {
  await patiently(async () => {
    const read = await readLocation(db, location)
    if (isLeft(read)) return
    const { probe, failures } = read.right.snapshot.context
    const by = { node }
    // refused where somebody has decided otherwise meanwhile
    if (probe?.attempt === attempt && ended === 'published')
      await actOnLocation(db, location, { type: 'Probed', data: () => ({ attempt }), by })
    else if (probe?.attempt === attempt)
      await actOnLocation(db, location, {
        type: 'ProbeDropped',
        data: () => ({ attempt, cause: droppedFor(ended) }),
        by,
      })
    else if (ended === 'published' && failures.length > 0)
      await actOnLocation(db, location, { type: 'Recovered', data: () => ({ attempt }), by })
  }, patience)
}

function droppedFor(ended: Ended | null): string {
  if (ended === null) return 'the video was not to be had'
  return ended === 'later' ? 'what came of the attempt is not known yet' : `the attempt was ${ended}`
}

export interface Told {
  /** Whether the attempt counts towards the video's own limit. */
  readonly counts: boolean
  /** When the video may be tried again if its location can be; in milliseconds. */
  readonly waitMs: number | null
}

/** Says that the attempt came upon what keeps others from the location, too: of an account's trouble, to all of its locations. */
export async function tellTrouble(work: Work, cause: Cause, trouble: Trouble, attempts: number): Promise<Told> {
  const { db, location, around } = work
  const account = trouble === 'unavailable' ? null : location.account
  const others = account === null ? [] : locationsOf(await patiently(() => offeredLocations(db), patience), { account })
  const before = await patiently(() => tell(work, location.name, cause, trouble, account), patience)
  for (const name of others)
    if (name !== location.name) await patiently(() => tell(work, name, cause, trouble, account), patience)
  const after = await patiently(() => readLocation(db, location.name), patience)
  const isPaused = !isLeft(after) && after.right.snapshot.matches('PAUSED')
  // the first failure in a row may be the video's own; what follows one is not
  const counts = trouble === 'unavailable' && before.matches('READY') && before.context.failures.length === 0
  return { counts, waitMs: isPaused ? null : backoffMs(attempts, around.random) }
}

/** @returns the location as it was before. */
async function tell(
  { db, video, attempt, around }: Work,
  location: string,
  { message, waitMs }: Cause,
  trouble: Trouble,
  account: string | null,
): Promise<LocationSnapshot> {
  const data = ({ context }: LocationSnapshot, at: string): LocationDataOf<'Troubled'> => ({
    video: video.id,
    attempt,
    trouble,
    cause: message,
    account,
    limit: trouble === 'unavailable' ? FAILURES : 1,
    until: pauseEnd(trouble, context.pauses, instantMs(at), waitMs),
  })
  const acted = await actOnLocation(db, location, { type: 'Troubled', data, by: { node: around.node } })
  if (!isLeft(acted)) return acted.right.before
  // refused where it is paused for as long already
  const read = await readLocation(db, location)
  return isLeft(read) ? newLocation(location) : read.right.snapshot
}

/** Until when the trouble pauses a location that has been paused `pauses` times in a row; null until a person acts. */
function pauseEnd(trouble: Trouble, pauses: number, nowMs: number, waitMs: number | undefined): string | null {
  if (trouble === 'account') return null
  const ownMs = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** pauses)
  return formatInstant(nowMs + (trouble === 'unavailable' ? ownMs : (waitMs ?? ownMs)))
}
