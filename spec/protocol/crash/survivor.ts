/** What is done about a dead node's video by another one, or by itself once it is started anew; and what comes of it. */
import { isLeft } from 'fp-ts/lib/Either.js'
import { holder } from '../../../machines/context.js'
import { stateOf } from '../../../machines/decide.js'
import { act } from '../../../src/log/act.js'
import type { Db } from '../../../src/log/database.js'
import { registerNode } from '../../../src/log/nodes.js'
import { readCurrent } from '../../../src/log/read.js'
import { loseOwnAttempts } from '../../../src/service/reconciling.js'
import { Watching } from '../../../src/service/watching.js'
import { openAttempts } from '../../support/uploads.js'
import { actor, effects } from './effects.js'
import { locationOf, type Run } from './run.js'

const ROUNDS = 8
const never = new AbortController().signal
const arrived = new Set(['DONE', 'UNEDITED', 'FAILED', 'UNCERTAIN', 'OUT_OF_SYNC', 'REJECTED'])

/** @param node who goes on: the dead node's own name, or another one's. Until nothing is left to be done. */
export async function survive(db: Db, run: Run, node: string): Promise<void> {
  const location = locationOf(run)
  const survivor = actor(db, run, location, node)
  const offered = {
    type: location.type,
    cut: location.cut,
    updates: true,
    ...(location.account !== null && { account: location.account }),
  }
  await registerNode(db, {
    ...{ name: node, host: 'here', pid: 1, version: '1', channels: [], onlyNamed: false },
    locations: { [location.name]: offered },
  })
  const watching = new Watching({
    db,
    around: survivor.around,
    onNotice: () => undefined,
    stopping: never,
    pace: { askMs: 0 },
  })
  try {
    if (node === run.node) await loseOwnAttempts(db, node)
    else await giveBack(db, run, node)
    for (let round = 0; round < ROUNDS; round++) {
      await effects.reconcile(survivor)
      await effects.cutAndUpload(survivor)
      await watching.round()
      if (await isAtRest(db, run)) break
    }
  } finally {
    watching.close()
  }
}

/** As the minding loop does. */
async function giveBack(db: Db, { video, node: lost }: Run, node: string): Promise<void> {
  const read = await readCurrent(db, video)
  const context = isLeft(read) ? undefined : read.right.snapshot?.context
  const attempt = context && holder(context)
  if (typeof attempt !== 'string' || (context?.reconcile ?? context?.attempt)?.node !== lost) return
  const data = { attempt, lost, cause: `${lost} is gone` }
  await act(db, video, { type: 'NodeLost', data: () => data, by: { node } })
}

async function isAtRest(db: Db, { video }: Run): Promise<boolean> {
  const read = await readCurrent(db, video)
  const snapshot = isLeft(read) ? null : read.right.snapshot
  return snapshot !== null && arrived.has(stateOf(snapshot)) && (await openAttempts(db, video)).length === 0
}
