/** A video with a very long life: attempts that come to nothing and are begun again for days, by the chart as ever and with the real statement. */
import { isLeft } from 'fp-ts/lib/Either.js'
import { decide, type Snapshot, stateName } from '../../machines/decide.js'
import { type DataOf, event, events, type EventType, type VideoEvent } from '../../machines/events.js'
import { enteredAt } from '../../machines/fold.js'
import { project } from '../../machines/row.js'
import { CHART_VERSION } from '../../machines/video.js'
import { videoStream } from '../../src/log/append.js'
import type { Db } from '../../src/log/database.js'
import { statement } from '../../src/log/statement.js'
import { edit, source } from '../support/moment.js'

const secondsBetween = 30

/** Appends the first `count` events of a life that goes on like this: created, edited, then claimed, opened, given back, claimed… */
export async function liveLong(db: Db, id: string, count: number): Promise<void> {
  const startMs = Date.parse('2026-01-31T18:00:00.000Z')
  const stored: object[] = []
  let now: Snapshot | null = null
  let since = ''
  for (let version = 1; version <= count; version++) {
    const at = new Date(startMs + version * secondsBetween * 1000).toISOString()
    const next = eventOf(version, at)
    const decided = decide(id, now, next)
    if (isLeft(decided)) throw new Error(`event ${version}: ${JSON.stringify(decided.left)}`)
    const { snapshot }: { snapshot: Snapshot } = decided.right
    since = enteredAt(now, since, snapshot, at)
    now = snapshot
    const { type, data, actor, node, cause } = next
    const own = { type, schema: events[type].schema, state: stateName(snapshot), chart: CHART_VERSION, data }
    stored.push({ ...own, version, actor, node, cause, recorded_at: at })
  }
  if (now === null) throw new Error('a life has at least one event')
  const row = JSON.stringify(project(now, count, since))
  const values = [videoStream(id), 0, JSON.stringify(stored), row, null]
  await db.query({ ...statement('append'), values })
}

function eventOf(version: number, at: string): VideoEvent {
  const on = (node: string | null) => ({ at, actor: node === null ? 'somebody' : null, node, cause: null })
  const make = <T extends EventType>(type: T, data: DataOf<T>, node: string | null = 'node-a') =>
    event(type, data, on(node)) as VideoEvent
  if (version === 1) return make('Created', { source }, null)
  if (version === 2) return make('Edited', { edit }, null)
  const attempt = `attempt-${Math.floor((version - 3) / 3)}`
  switch ((version - 3) % 3) {
    case 0:
      return make('Claimed', { attempt, attempts_limit: 3, why: null })
    case 1:
      return make('UploadOpened', { attempt, destination: 'folder' })
    default:
      return make('Released', { attempt, cause: 'the disk is full', counts: false, not_before: null, proof: null })
  }
}
