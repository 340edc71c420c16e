/** Locations and what happens to them, for specs. */
import { isLeft } from 'fp-ts/lib/Either.js'
import type { LocationDataOf, LocationEventType } from '../../machines/locationEvents.js'
import type { Db } from '../../src/log/database.js'
import { type ActedOnLocation, actOnLocation, listLocations, type ListedLocation } from '../../src/log/locations.js'
import { registerNode } from '../../src/log/nodes.js'
import { until } from './processes.js'

/** Appends an event that has to be taken. */
export async function befalls<T extends LocationEventType>(
  db: Db,
  name: string,
  type: T,
  data: LocationDataOf<T>,
): Promise<ActedOnLocation> {
  const acted = await actOnLocation(db, name, { type, data: () => data, by: { node: 'node-a' } })
  if (isLeft(acted)) throw new Error(`${type} of ${name}: ${JSON.stringify(acted.left)}`)
  return acted.right
}

export const troubled = (
  attempt: string,
  over: Partial<LocationDataOf<'Troubled'>> = {},
): LocationDataOf<'Troubled'> => ({
  ...{ video: 'v', attempt, trouble: 'unavailable', cause: 'it answered 503', account: null, limit: 3, until: null },
  ...over,
})

/** A node that is there by its name alone, and offers these locations in the name of the account. */
export const offering = (db: Db, names: readonly string[], account?: string): Promise<void> =>
  registerNode(db, {
    ...{ name: 'node-a', host: 'h', pid: 1, version: '0' },
    locations: Object.fromEntries(
      names.map((name) => [name, { type: 'local', cut: 'full', ...(account !== undefined && { account }) }]),
    ),
  })

export async function locationOf(db: Db, name: string): Promise<ListedLocation> {
  const found = (await listLocations(db)).find((location) => location.name === name)
  if (!found) throw new Error(`there is no location ${name}`)
  return found
}

/** Waits until the location is in the state, and returns how it stands. */
export async function locationBecomes(db: Db, name: string, state: string, seconds = 60): Promise<ListedLocation> {
  await until(async () => (await locationOf(db, name)).state === state, `${name} is ${state}`, seconds)
  return locationOf(db, name)
}
