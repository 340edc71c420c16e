/**
 * The two nodes beside the demo's own: one that is there, and one that has died. Neither is a node: they offer locations that nobody
 * else has, and do nothing, so what is made up for them is neither cut nor published.
 */
import { isLeft } from 'fp-ts/lib/Either.js'
import type { Db } from '../../log/database.js'
import { pauseLocation } from '../../log/locationCommands.js'
import { listLocations } from '../../log/locations.js'
import { type NodeRecord, registerNode } from '../../log/nodes.js'
import { appear, type Presence } from '../../service/presence.js'
import { operator, places } from './story.js'

const deadForMinutes = 44
const pausedForMs = 5 * 3_600_000

const locations: NodeRecord['locations'] = {
  [places.youtube]: { type: 'youtube', cut: 'fast', account: 'demo-account', updates: true },
  [places.archive]: { type: 'archive', cut: 'archive' },
}

const node = (name: string, version: string): NodeRecord => ({
  ...{ name, host: `${name}.example`, pid: process.pid, version, locations },
  channels: [places.channel],
})

/** The one that is there holds its name and beats until it leaves. @throws NameTaken where another demo runs on the database. */
export async function bringCompanions(url: string, db: Db, version: string): Promise<Presence> {
  const silent = { begun: () => undefined, over: () => undefined }
  const presence = await appear({
    ...{ url, pulse: db, node: node(places.alive, version) },
    // the demo's own node tells of whatever is wrong with the database
    ...{ beating: silent, holding: silent },
  })
  await registerNode(db, node(places.dead, version))
  await db.query(
    `update reelstate.nodes set beat_at = beat_at - make_interval(mins => $2), started_at = started_at - interval '3 days'
     where name = $1`,
    [places.dead, deadForMinutes],
  )
  await keepArchivePaused(db)
  return presence
}

async function keepArchivePaused(db: Db): Promise<void> {
  const archive = (await listLocations(db)).find(({ name }) => name === places.archive)
  if (archive?.state === 'PAUSED') return
  const why = 'the archive’s disks are being changed (made up by the demo)'
  const paused = await pauseLocation(db, places.archive, why, { forMs: pausedForMs }, { actor: operator })
  if (isLeft(paused)) throw new Error(`${places.archive} can't be paused: ${JSON.stringify(paused.left)}`)
}
