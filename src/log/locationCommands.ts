/** What operators do to a location. Nothing is changed where it is refused. */
import { type Either, left } from 'fp-ts/lib/Either.js'
import { formatInstant, instantMs } from '../../machines/codecs.js'
import type { By } from './act.js'
import type { Invalid } from './commands.js'
import type { Db } from './database.js'
import { type ActedOnLocation, actOnLocation, listLocations, type LocationRefusal } from './locations.js'

/** Until a time (UTC), for so many milliseconds from now, or, null, until somebody resumes it. */
export type PauseEnd = { readonly until: string } | { readonly forMs: number } | null

interface Terms {
  /** It is only asked what would become of it. */
  readonly isTrial?: boolean
  /** Only on this version: a Conflict is then returned. */
  readonly expected?: number
}

type Outcome = Promise<Either<Invalid | LocationRefusal, ActedOnLocation>>

/** No video is claimed for it from now on; uploads that are under way go on. */
export async function pauseLocation(
  db: Db,
  name: string,
  why: string,
  end: PauseEnd,
  by: By,
  terms: Terms = {},
): Outcome {
  const unknown = await unknownLocation(db, name)
  if (unknown) return left(unknown)
  if (end && 'until' in end) {
    const past = await pastTime(db, end.until)
    if (past) return left(past)
  }
  const untilAt = (at: string): string | null => {
    if (!end) return null
    return 'until' in end ? end.until : formatInstant(instantMs(at) + end.forMs)
  }
  return actOnLocation(db, name, { type: 'Paused', data: (_, at) => ({ why, until: untilAt(at) }), by, ...terms })
}

/** One video is tried now, whatever the location was paused for. */
export async function resumeLocation(db: Db, name: string, why: string, by: By, terms: Terms = {}): Outcome {
  const unknown = await unknownLocation(db, name)
  if (unknown) return left(unknown)
  return actOnLocation(db, name, { type: 'Resumed', data: () => ({ why }), by, ...terms })
}

/** A slip of the pen must not pause what is not there. */
async function unknownLocation(db: Db, name: string): Promise<Invalid | null> {
  const known = (await listLocations(db)).map((location) => location.name)
  if (known.includes(name)) return null
  const allowed =
    known.length > 0
      ? `one of the known locations: ${known.join(', ')}`
      : 'none yet: no node has ever been started on this database'
  return { _tag: 'Invalid', problems: [{ field: 'location', found: JSON.stringify(name), allowed }] }
}

async function pastTime(db: Db, until: string): Promise<Invalid | null> {
  const { rows } = await db.query<{ now: Date }>('select clock_timestamp() as now')
  const now = rows[0]?.now ?? new Date()
  if (instantMs(until) > now.getTime()) return null
  const allowed = `a UTC time that is still to come; now it is ${now.toISOString()}`
  return { _tag: 'Invalid', problems: [{ field: 'until', found: JSON.stringify(until), allowed }] }
}
