/** Two real nodes and one video: the effects as they are, on a real database, at a destination that fails and with people about. */
import { isLeft, isRight } from 'fp-ts/lib/Either.js'
import { holder } from '../../../machines/context.js'
import { stateName, stateOf } from '../../../machines/decide.js'
import { cutAndUpload } from '../../../src/effects/cutAndUpload.js'
import { persist } from '../../../src/effects/persist.js'
import { act } from '../../../src/log/act.js'
import { isConnectionError } from '../../../src/log/connectionError.js'
import type { Db } from '../../../src/log/database.js'
import { readCurrent } from '../../../src/log/read.js'
import { Reconciling } from '../../../src/service/reconciling.js'
import { happens } from '../../support/log.js'
import { edit as momentEdit, source } from '../../support/moment.js'
import { randomFrom } from '../../support/random.js'
import { locationOn, surroundings } from '../../support/uploads.js'
import { Destination } from './destination.js'
import { longName, Names, shortName } from './names.js'
import { recordedLog } from './recordedLog.js'
import { Stage } from './stage.js'

const never = new AbortController().signal
const LIMIT = 3
const ATTEMPTS = 2
/** What people and others do, at the most. */
const MEANWHILE = 3

export interface Played {
  readonly lines: readonly string[]
  /** The video's state, what is published of it and its orphans, as the log has them. */
  readonly state: string
}

export const limit = LIMIT

export async function play(
  db: Db,
  { id, seed, root, edit }: { id: string; seed: number; root: string; edit: Partial<typeof momentEdit> },
): Promise<Played> {
  const names = new Names()
  // no life sees what another one has left open
  const place = `at-${id}`
  const accepted = { ...momentEdit, ...edit, upload_location: place }
  let left = MEANWHILE
  const stage: Stage = new Stage(randomFrom(seed), async () => {
    if (left === 0 || !stage.happens(0.1)) return
    left--
    await meanwhile()
  })
  const destination = new Destination(stage)

  async function current() {
    const read = await readCurrent(db, id)
    if (isLeft(read) || read.right.snapshot === null) throw new Error(JSON.stringify(read))
    return { ...read.right, snapshot: read.right.snapshot }
  }

  async function meanwhile(): Promise<void> {
    const { snapshot } = await current()
    const { context } = snapshot
    const attempt = shortName(context.attempt?.id ?? '')
    const isThere = destination.published.includes(attempt)
    const published = { video_id: `v-${attempt}`, video_link: `link/${attempt}`, processing: false }
    const choices: (() => Promise<void>)[] = [
      () => says('Edited', { edit: accepted }, 'editor'),
      () => says('Reset', { force: false, reason: null }, 'operator'),
      () => says('Reset', { force: true, reason: null }, 'operator'),
      () => says('SourceChanged', { source: {} }, 'schedule'),
      () => suspect(),
      () => suspect(),
      () => suspect(),
      () => forget(),
    ]
    // nothing waits for its time, so there is nothing else to be tried at once
    if (stateOf(snapshot) === 'FAILED') choices.push(() => says('Retried', { modification: null }, 'operator'))
    if (stateOf(snapshot) === 'UNCERTAIN')
      choices.push(() =>
        isThere
          ? says('ResolvedUploaded', published, 'operator')
          : says('ResolvedAbsent', { reason: null }, 'operator'),
      )
    await choices[Math.floor(stage.random() * choices.length)]?.()
  }

  async function says(type: Parameters<typeof happens>[2], data: object, by: string): Promise<void> {
    const acted = await act(db, id, { type, data: () => data as never, by: { node: by } })
    const force = 'force' in data && data.force === true ? '(force) ' : ''
    const about = type === 'ResolvedUploaded' ? `${String((data as { video_id: string }).video_id).slice(2)} ` : force
    if (isRight(acted)) stage.writes('somebody', `appends ${type} ${about}by ${by}`)
  }

  /** The node that has it in hand is taken for dead by the other. */
  async function suspect(): Promise<void> {
    const { context } = (await current()).snapshot
    const attempt = holder(context)
    const lost = (context.reconcile ?? context.attempt)?.node ?? ''
    const node = lost === 'A' ? 'B' : 'A'
    if (attempt === null) return
    const data = { attempt, lost, cause: 'its node is gone' }
    const acted = await act(db, id, { type: 'NodeLost', data: () => data, by: { node } })
    if (isRight(acted)) stage.writes(node, `appends ${names.keyOf({ type: 'NodeLost', data, node })}`)
  }

  function forget(): Promise<void> {
    const open = [...destination.uploads].filter(([, { is, forgotten }]) => is !== 'cancelled' && !forgotten)
    const [attempt, upload] = open[Math.floor(stage.random() * open.length)] ?? []
    if (upload === undefined) return Promise.resolve()
    upload.forgotten = true
    stage.writes('the destination', `forgets the session of ${String(attempt)}`)
    return Promise.resolve()
  }

  function node(who: string) {
    const own = { inHand: new Set<string>(), unsettled: new Set<string>() }
    const recorded = recordedLog(db, who, stage, names)
    const location = { ...locationOn(place, destination.backend(who)), attemptsLimit: LIMIT }
    const around = {
      ...surroundings(who, [location], root),
      // the jitter takes all of it: nobody waits
      random: () => -2,
      databaseGraceMs: stage.happens(0.5) ? 0 : 10_000,
    }
    const reconciling = new Reconciling(recorded, around, never, own, { firstMs: -1, longestMs: -1 })

    async function claim(): Promise<void> {
      const { snapshot, version } = await current()
      const { rowCount } = await db.query("select from reelstate.events where stream = $1 and type = 'Claimed'", [
        `video/${id}`,
      ])
      if (stateOf(snapshot) !== 'EDITED' || (rowCount ?? 0) >= ATTEMPTS) return
      const attempt = longName(`a${(rowCount ?? 0) + 1}`, id)
      // a node knows its own attempts by their ids, which nobody else has
      own.inHand.add(attempt)
      try {
        const note = { type: 'Claimed', data: { attempt, attempts_limit: LIMIT, why: null }, node: who } as const
        const claimed = await persist(recorded, id, note, { graceMs: Infinity, signal: never }, version)
        if (isLeft(claimed)) return
        const { context: video } = (await current()).snapshot
        const work = { db: recorded, around, location, video, attempt, signal: never, onProgress: () => undefined }
        if ((await cutAndUpload(work)) === 'later') own.unsettled.add(attempt)
      } finally {
        own.inHand.delete(attempt)
      }
    }

    return async (rounds: number): Promise<void> => {
      for (let round = 0; round < rounds; round++) {
        try {
          await claim()
          await reconciling.round()
        } catch (error) {
          // as the loops of the service do
          if (!isConnectionError(error)) throw error
        }
      }
    }
  }

  await happens(db, id, 'Created', { source })
  await happens(db, id, 'Edited', { edit: accepted })
  const [a, b] = [node('A'), node('B')]
  await Promise.all([a(4), b(4)])
  stage.calm = true
  for (let round = 0; round < 3; round++) {
    await a(1)
    await b(1)
  }
  const { snapshot } = await current()
  const { published, orphans } = snapshot.context
  const known = [published?.video_id ?? 'nothing', ...orphans.map((orphan) => shortName(orphan.id))]
  return { lines: stage.lines, state: `${stateName(snapshot)}: ${known.join(', ')}` }
}
