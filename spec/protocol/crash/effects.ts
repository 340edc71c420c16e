/** The effects as the loops of the service call them, of the one video of a run. */
import { isLeft } from 'fp-ts/lib/Either.js'
import { stateOf } from '../../../machines/decide.js'
import { applyModification } from '../../../src/effects/applyModification.js'
import { cutAndUpload } from '../../../src/effects/cutAndUpload.js'
import type { Location, Surroundings } from '../../../src/effects/location.js'
import { persist } from '../../../src/effects/persist.js'
import { setThumbnail } from '../../../src/effects/setThumbnail.js'
import type { Db } from '../../../src/log/database.js'
import { readCurrent } from '../../../src/log/read.js'
import { toUpdate, transcoding } from '../../../src/log/work.js'
import { type OwnAttempts, Reconciling } from '../../../src/service/reconciling.js'
import { surroundings } from '../../support/uploads.js'
import type { Run } from './run.js'

/** A node, as far as the effects need one. */
export interface Actor {
  readonly db: Db
  readonly run: Run
  readonly location: Location
  readonly around: Surroundings
  readonly own: OwnAttempts & { readonly inHand: Set<string> }
}

const never = new AbortController().signal

export const actor = (db: Db, run: Run, location: Location, node: string): Actor => ({
  ...{ db, run, location },
  // the jitter takes all of it: nobody waits
  around: { ...surroundings(node, [location], run.root), random: () => -2, databaseGraceMs: 10_000 },
  own: { inHand: new Set(), unsettled: new Set() },
})

export const effects = {
  /** Claims the video where it may be claimed. */
  async cutAndUpload({ db, run, location, around, own }: Actor): Promise<void> {
    const read = await readCurrent(db, run.video)
    if (isLeft(read) || read.right.snapshot === null) throw new Error(JSON.stringify(read))
    const { snapshot, version } = read.right
    if (stateOf(snapshot) !== 'EDITED') return
    const attempt = `${run.video}-${around.node}v${version}`
    own.inHand.add(attempt)
    try {
      const data = { attempt, attempts_limit: location.attemptsLimit, why: null }
      const note = { type: 'Claimed', data, node: around.node } as const
      const claimed = await persist(db, run.video, note, { graceMs: Infinity, signal: never }, version)
      if (isLeft(claimed)) return
      const video = snapshot.context
      const work = { db, around, location, video, attempt, signal: never, onProgress: () => undefined }
      if ((await cutAndUpload(work)) === 'later') own.unsettled.add(attempt)
    } finally {
      own.inHand.delete(attempt)
    }
  },

  async reconcile({ db, around, own }: Actor): Promise<void> {
    await new Reconciling(db, around, never, own, { firstMs: -1, longestMs: -1 }).round()
  },

  async setThumbnail({ db, location, around: { node } }: Actor): Promise<void> {
    for (const { id, videoId, thumbnail } of await transcoding(db, [location.name]))
      if (thumbnail !== null) await setThumbnail({ db, node, backend: location.backend }, { id, videoId }, thumbnail, 0)
  },

  async applyModification({ db, location, around: { node, random, segmentsRoot } }: Actor): Promise<void> {
    const { backend, type, cut } = location
    for (const video of await toUpdate(db, [location.name]))
      await applyModification({ db, node, backend, segmentsRoot, random, signal: never }, video, { type, cut })
  },
} satisfies Readonly<Record<Run['effect'], (actor: Actor) => Promise<void>>>
