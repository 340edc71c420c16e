/** What must hold of a run, whatever has happened to it (docs/architecture.md): each thing that does not is told as a line. */
import { rebuild } from '../src/log/rebuild.js'
import type { Db } from '../src/log/database.js'
import { assertAllWhole } from '../spec/support/whole.js'
import { bytesAreAsPromised } from './bytes.js'
import { publicationsAreKnown, sessionsAreKnown } from './publications.js'
import type { People } from './people.js'
import type { Waiting } from './rest.js'
import type { World } from './world.js'

/** What the fences are for. */
export const ONCE = 'an accepted edit is published once at most'

export interface Violation {
  readonly invariant: string
  readonly what: string
  /** Whose log shows it. */
  readonly video?: string
}

/** @param waiting what has not come to rest. @param ends how the nodes ended as they were told to. */
export async function violations(
  world: World,
  people: People,
  waiting: readonly Waiting[],
  ends: readonly (number | string)[],
): Promise<Violation[]> {
  return [
    ...waiting.map(stillWaits),
    ...(await statesSayWhy(world.db)),
    ...(await logIsWhole(world)),
    ...(await publicationsAreKnown(world, people)),
    ...(await sessionsAreKnown(world)),
    ...(await bytesAreAsPromised(world, people)),
    ...(await nobodyHurries(world)),
    ...nodesEndAsTold(world, ends),
  ]
}

const stillWaits = ({ id, ...how }: Waiting): Violation => ({
  invariant: 'nothing waits without a node at work on it, a time, or a message for a person',
  what: JSON.stringify(how),
  video: id,
})

async function statesSayWhy(db: Db): Promise<Violation[]> {
  const { rows } = await db.query<{ id: string; state: string }>(
    `select id, state from reelstate.videos
     where state in ('FAILED', 'UNCERTAIN', 'REJECTED', 'OUT_OF_SYNC') and coalesce(error, '') = ''`,
  )
  return rows.map(({ id, state }) => ({
    invariant: 'a state that needs a person says why',
    what: `${id} is ${state} without a reason`,
    video: id,
  }))
}

/** Fold and row agree at every version, no hash is broken, and the projection made anew is the same to the byte. */
async function logIsWhole({ database, db }: World): Promise<Violation[]> {
  try {
    await assertAllWhole(database.url)
    const before = await projection(db)
    await rebuild(db)
    return before === (await projection(db))
      ? []
      : [{ invariant: 'a rebuild gives the same bytes', what: 'it does not' }]
  } catch (error) {
    return [{ invariant: 'the log is whole', what: error instanceof Error ? error.message : String(error) }]
  }
}

/** Far more than a run of a few seconds needs, and far less than a loop without a pause makes. */
const MOST_REQUESTS = 3_000
const MOST_EVENTS = 300

async function nobodyHurries({ db, simulator }: World): Promise<Violation[]> {
  const invariant = 'nothing is tried again without a pause'
  const { rows } = await db.query<{ stream: string; n: number }>(
    'select stream, count(*)::int as n from reelstate.events group by stream having count(*) > $1',
    [MOST_EVENTS],
  )
  const asked = simulator.seen.length
  return [
    ...rows.map(({ stream, n }) => ({ invariant, what: `${stream} has ${n} events` })),
    ...(asked > MOST_REQUESTS ? [{ invariant, what: `the destination has had ${asked} requests` }] : []),
  ]
}

async function projection(db: Db): Promise<string> {
  const tables = ['videos', 'locations', 'accounts', 'quota_used']
  const sums = tables.map(
    (table) => `(select md5(coalesce(string_agg(t::text, ' ' order by t::text), '')) from reelstate.${table} t)`,
  )
  const { rows } = await db.query<{ sum: string }>(`select concat_ws(' ', ${sums.join()}) as sum`)
  return rows[0]?.sum ?? ''
}

/** What a bug leaves behind: a stack, or an end that nobody had told it to and that it does not explain. */
function nodesEndAsTold({ nodes }: World, ends: readonly (number | string)[]): Violation[] {
  const invariant = 'a node ends only when it is told to, or says what is wrong outside of it'
  const crashes = nodes
    .flatMap(({ crashes }) => crashes)
    .filter(({ said, how }) => how !== 1 || /\n\s+at /.test(said) || !said.includes('reelstate: '))
    .map(({ node, how, said }) => ({ invariant, what: `${node} ended by itself (${how}): ${said.trim()}` }))
  const unwilling = ends.flatMap((end, n) =>
    end === 0 ? [] : [{ invariant, what: `${nodes[n]?.name} was told to stop and ended with ${end}` }],
  )
  return [...crashes, ...unwilling]
}
