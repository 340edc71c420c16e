/** Uploads that are under way, without a node that is at work with them. */
import assert from 'node:assert/strict'
import { isRight } from 'fp-ts/lib/Either.js'
import type { Edit } from '../../machines/edit.js'
import { act } from '../../src/log/act.js'
import type { Db } from '../../src/log/database.js'
import type { Location, Surroundings } from '../../src/effects/location.js'
import type { Backend, Published, Session } from '../../src/upload/backend.js'
import { publication } from '../contracts/backend.js'
import { happens } from './log.js'
import { edit as momentEdit, source } from './moment.js'

const never = new AbortController().signal
const content = Buffer.from('all that it is, and the end')

/** A location that cuts nothing anew. */
export const locationOn = (name: string, backend: Backend): Location => ({
  ...{
    name,
    type: 'local',
    account: null,
    unlistedOnly: false,
    tags: [],
    cut: 'rough',
    byHand: false,
    extension: 'ts',
  },
  ...{ encoding: {}, attemptsLimit: 3, backend },
})

export const surroundings = (node: string, locations: readonly Location[], segmentsRoot = ''): Surroundings => ({
  ...{ node, segmentsRoot, onlyNamed: false, temporaryFolder: '', random: () => 0.5, databaseGraceMs: 0 },
  locations: new Map(locations.map((location) => [location.name, location])),
})

export interface UnderWay {
  readonly id: string
  readonly attempt: string
  /** Sends the last bytes, as a node does that has not noticed anything. */
  readonly publish: () => Promise<Published>
  readonly session: Session
}

/** A new video, claimed by the node and opened at the location; nothing is held back but the last bytes. */
export async function uploading(
  db: Db,
  { name, backend }: Location,
  { id, node = 'node-b', ...over }: { id: string; node?: string } & Partial<Edit>,
): Promise<UnderWay> {
  await happens(db, id, 'Created', { source })
  await happens(db, id, 'Edited', { edit: { ...momentEdit, upload_location: name, ...over } })
  return claimedAgain(db, { name, backend }, { id, node, attempt: `${id}-1` })
}

export async function claimedAgain(
  db: Db,
  { name, backend }: Pick<Location, 'name' | 'backend'>,
  { id, node = 'node-b', attempt }: { id: string; node?: string; attempt: string },
): Promise<UnderWay> {
  await happens(db, id, 'Claimed', { attempt, attempts_limit: 3, why: null }, node)
  const opened = await backend.open(publication({ video: id, attempt, edit: attempt }), never)
  assert.ok(isRight(opened), JSON.stringify(opened))
  const session = opened.right
  const { reference, destination } = session
  const noted = await act(db, id, {
    type: 'UploadOpened',
    data: () => ({ attempt, destination }),
    by: { node },
    session: { attempt, upload_location: name, reference },
  })
  assert.ok(isRight(noted), JSON.stringify(noted))
  assert.ok(isRight(await session.send(content.subarray(0, 10), never)))
  return {
    ...{ id, attempt, session },
    publish: async () => {
      const published = await session.finalize(content.subarray(10), content.length, never)
      await session.close()
      assert.ok(isRight(published), JSON.stringify(published))
      return published.right
    },
  }
}

/** As `uploading`, and the log has been told that the last bytes are about to be sent. */
export async function finalizing(...[db, location, of]: Parameters<typeof uploading>): Promise<UnderWay> {
  const underWay = await uploading(db, location, of)
  await happens(
    db,
    of.id,
    'FinalizeStarted',
    { attempt: underWay.attempt, bytes: content.length, receipt: null },
    of.node,
  )
  return underWay
}

/** Attempts of the video whose sessions are open. */
export async function openAttempts(db: Db, id: string): Promise<string[]> {
  const { rows } = await db.query<{ attempt: string }>(
    'select attempt from reelstate.upload_sessions where stream = $1 and closed_at is null',
    [`video/${id}`],
  )
  return rows.map(({ attempt }) => attempt)
}
