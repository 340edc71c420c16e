/** What came of a command, in HTTP's words. */
import { type Either, isLeft } from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'
import { type NotAllowed, type Snapshot, stateName } from '../../../machines/decide.js'
import { guardsBefore } from '../../../machines/refusedBy.js'
import { isByHand } from '../../../machines/remedies.js'
import { project } from '../../../machines/row.js'
import type { Acted } from '../../log/act.js'
import type { Refused } from '../../log/byHand.js'
import type { Queryable } from '../../log/database.js'
import { readCurrent } from '../../log/read.js'
import type { Asked } from '../route.js'
import { problemRefusal, refusal } from '../errors.js'
import { etagOf } from '../version.js'

export const Done = t.type({ id: t.string, version: t.number, event: t.string, state: t.string })

/** What a command by hand may answer. */
export const commandAnswers = {
  400: { says: 'The body, or `If-Match`, is wrong; each problem names its field.' },
  404: { says: 'There is no such video, or it has no such orphan.' },
  409: { says: 'Its state does not allow it. `possible` is what people can do now; `refusedBy` says who refuses.' },
  412: { says: 'It has another version than `If-Match` says; `version` is the one that it has.' },
  502: { says: 'The destination did not do it; it may be tried again.' },
} as const

export const doneOf = (id: string, { version, event, snapshot }: Acted) => ({
  id,
  version,
  event: event.type,
  state: stateName(snapshot),
})

/** What would come of it: the state that it would reach, what the service would do then, and what the row would say. */
export const wouldBe = (id: string, acted: Acted) => ({
  ...doneOf(id, acted),
  dryRun: true,
  from: acted.before === null ? null : stateName(acted.before),
  effects: acted.effects,
  changes: changesOf(acted.before, acted.snapshot),
})

interface Change {
  readonly from: unknown
  readonly to: unknown
}

const own = new Set(['id', 'version', 'chart', 'snapshot', 'state_since'])

/** Columns that would say something else. */
function changesOf(before: Snapshot | null, after: Snapshot): Record<string, Change> {
  const [was, is] = [before && shown(before), shown(after)]
  const changed = Object.entries(is).filter(([name, to]) => JSON.stringify(was?.[name] ?? null) !== JSON.stringify(to))
  return Object.fromEntries(changed.map(([name, to]) => [name, { from: was?.[name] ?? null, to }]))
}

function shown(snapshot: Snapshot): Record<string, unknown> {
  const row = Object.entries(project(snapshot, 0, '')).filter(([name]) => !own.has(name))
  // as an edit has them
  return { ...Object.fromEntries(row), video_ranges: snapshot.context.edit.video_ranges ?? null }
}

/** @param known whether the client has said which version it means. */
export async function tell(
  db: Queryable,
  { request, reply, query }: Pick<Asked<unknown, { 'dry-run': boolean }, unknown>, 'request' | 'reply' | 'query'>,
  id: string,
  outcome: Either<Refused, Acted>,
): Promise<unknown> {
  if (isLeft(outcome)) {
    const { status, why, ...more } = await described(db, id, outcome.left)
    if ('problems' in more) return problemRefusal(request, reply, status, why, more.problems)
    if (status === 412 && 'version' in more) void reply.header('etag', etagOf(more.version))
    return refusal(request, reply, status, why, more)
  }
  if (query['dry-run'] === true) return wouldBe(id, outcome.right)
  void reply.header('etag', etagOf(outcome.right.version))
  return doneOf(id, outcome.right)
}

/** Why it was refused, as a status, a sentence and what belongs to it. */
export async function described(db: Queryable, id: string, refused: Refused) {
  switch (refused._tag) {
    case 'Invalid':
      return { status: 400, why: 'the request has values that are not allowed', problems: refused.problems }
    case 'NotAllowed':
      return notAllowed(db, id, refused)
    case 'Conflict': {
      const read = await readCurrent(db, id)
      const now = isLeft(read) ? null : read.right
      if (now?.snapshot === null) return noVideo(id)
      const version = now?.version ?? 0
      const state = now && stateName(now.snapshot)
      return { status: 412, why: `video ${id} has the version ${version}: somebody was faster`, version, state }
    }
    case 'Unreadable':
      return {
        status: 409,
        why: `event ${refused.version} of video ${refused.video} (position ${refused.position}) cannot be read: ${refused.why}`,
      }
    case 'NoOrphan': {
      const { known, orphan } = refused
      const others = known.length === 0 ? 'it has none' : `it has ${known.join(', ')}`
      return { status: 404, why: `video ${id} has no orphan ${JSON.stringify(orphan.slice(0, 200))}: ${others}`, known }
    }
    case 'UploadError':
      return { status: refused.retryable ? 502 : 409, why: refused.message }
  }
}

const noVideo = (id: string) => ({ status: 404, why: `there is no video ${JSON.stringify(id.slice(0, 120))}` })

async function notAllowed(db: Queryable, id: string, { event, state, possible }: NotAllowed) {
  if (state === null) return noVideo(id)
  const byHand = possible.filter(isByHand)
  const read = await readCurrent(db, id)
  const now = isLeft(read) ? null : read.right.snapshot
  const guards = now === null ? [] : guardsBefore(now, event)
  const why =
    event === 'Created'
      ? `there is a video ${id} already: it is ${state}`
      : `video ${id} is ${state}: ${event} is not possible. Possible now: ${byHand.join(', ') || 'nothing by hand'}`
  return { status: 409, why, state, possible: byHand, refusedBy: guards.length === 0 ? [state] : guards }
}
