/**
 * Every command that people give a video, by the event that it appends: what it takes and what it does, for HTTP and the command line
 * alike. An event of the chart that is not named here takes its own data.
 */
import * as t from 'io-ts'
import { type Either, isLeft, left } from 'fp-ts/lib/Either.js'
import { Flag, NonEmpty, orNull, Text, withDefault } from '../../machines/codecs.js'
import type { NotAllowed } from '../../machines/decide.js'
import { Draft, Edit, Modification } from '../../machines/edit.js'
import { type DataOf, events } from '../../machines/events.js'
import { strictly } from '../../machines/problems.js'
import { type ByHand, isByHand, remedies } from '../../machines/remedies.js'
import { act, type Acted, type By, type Refusal } from './act.js'
import {
  adoptOrphan,
  dismissOrphan,
  dropModification,
  editVideo,
  type Invalid,
  invalid,
  modifyVideo,
  resetVideo,
  resolveAbsent,
  resolveUploaded,
  retryVideo,
  saveDraft,
} from './commands.js'
import type { Db } from './database.js'
import { linkVideo } from './link.js'
import { offeredLocations } from './nodes.js'
import { findOrphan } from './orphans.js'
import { readCurrent } from './read.js'

/** The video has left no such orphan behind. */
export interface NoOrphan {
  readonly _tag: 'NoOrphan'
  readonly video: string
  readonly orphan: string
  /** Those that it has. */
  readonly known: readonly string[]
}

/** The destination did not do what it was asked for. */
export interface Undone {
  readonly _tag: 'UploadError'
  readonly message: string
  readonly retryable: boolean
}

export type Refused = Invalid | Refusal | NoOrphan | Undone
export type Answered = Promise<Either<Refused, Acted>>

/** What a command works with. */
export interface Hand {
  readonly db: Db
  /** Hides an orphan at its destination, then says so in the log. */
  readonly unlist: (video: string, orphan: string, by: By) => Promise<Either<Undone | Refusal, Acted>>
}

/** What is refused of a body names its fields; a field that nobody knows is refused, too. */
type Does = (hand: Hand, id: string, body: unknown, by: By) => Answered

export interface Deed {
  readonly body: t.Mixed
  readonly does: Does
  /** The same to many videos at once; null where it names something of a single one. */
  readonly toMany: Pick<Deed, 'body' | 'does'> | null
}

/** A body of its own, `of` a single video or of many. */
function taking<P extends t.Props>(
  body: t.ExactC<t.TypeC<P>>,
  does: (hand: Hand, id: string, body: t.TypeOfProps<P>, by: By) => Answered,
  toMany: 'too' | 'not',
): Deed {
  const decoding: Does = async (hand, id, found, by) => {
    const decoded = strictly(body, Object.keys(body.type.props), found ?? {})
    return isLeft(decoded) ? invalid(decoded.left) : does(hand, id, decoded.right, by)
  }
  return { body, does: decoding, toMany: toMany === 'too' ? { body, does: decoding } : null }
}

/** A body that the command judges itself. */
const judging =
  (does: (db: Db, id: string, body: unknown, by: By) => Answered): Does =>
  ({ db }, id, found, by) =>
    does(db, id, found ?? {}, by)

const reason = withDefault(orNull(Text), null)
const orphan = NonEmpty

const own: { readonly [T in ByHand]?: Deed } = {
  Edited: { body: Edit, does: judging(editVideo), toMany: { body: Draft, does: judging(editAnew) } },
  DraftSaved: { body: Draft, does: judging(saveDraft), toMany: null },
  Modified: withMany(Modification, judging(modifyVideo)),
  ManualLinked: taking(
    t.strict({ link: NonEmpty, upload_location: withDefault(orNull(NonEmpty), null) }),
    ({ db }, id, { link, upload_location: location }, by) =>
      linkVideo(db, id, { link, ...(location !== null && { upload_location: location }) }, by),
    'not',
  ),
  ModificationDropped: taking(t.strict({}), ({ db }, id, _, by) => dropModification(db, id, by), 'too'),
  Reset: taking(
    t.strict({ force: withDefault(Flag, false), reason }),
    ({ db }, id, { force, reason }, by) => resetVideo(db, id, force, reason, by),
    'too',
  ),
  Retried: taking(t.strict({}), ({ db }, id, _, by) => retryVideo(db, id, by), 'too'),
  ResolvedUploaded: taking(
    t.strict({ video_id: NonEmpty, link: withDefault(orNull(NonEmpty), null) }),
    async ({ db }, id, { video_id, link }, by) => {
      const processing = await isProcessed(db, id)
      return resolveUploaded(db, id, { video_id, video_link: link ?? video_id, processing }, by)
    },
    'not',
  ),
  ResolvedAbsent: taking(
    t.strict({ reason }),
    ({ db }, id, { reason }, by) => resolveAbsent(db, id, reason, by),
    'too',
  ),
  OrphanUnlisted: taking(
    t.strict({ orphan }),
    (hand, id, { orphan }, by) => ofOrphan(hand.db, id, orphan, () => hand.unlist(id, orphan, by)),
    'not',
  ),
  OrphanAdopted: taking(
    t.strict({ orphan }),
    ({ db }, id, { orphan }, by) => ofOrphan(db, id, orphan, () => adoptOrphan(db, id, orphan, by)),
    'not',
  ),
  OrphanDismissed: taking(
    t.strict({ orphan, reason }),
    ({ db }, id, { orphan, reason }, by) => ofOrphan(db, id, orphan, () => dismissOrphan(db, id, orphan, reason, by)),
    'not',
  ),
}

/** An event in a path: `OrphanAdopted` is `orphan-adopted`. */
export const inPath = (event: string): string => event.replace(/(?<=[a-z])(?=[A-Z])/g, '-').toLowerCase()

export const byHandTypes: readonly ByHand[] = Object.keys(remedies).filter(isByHand)

export const deeds = Object.fromEntries(byHandTypes.map((type) => [type, own[type] ?? plain(type)])) as {
  readonly [T in ByHand]: Deed
}

function withMany(body: t.Mixed, does: Does): Deed {
  return { body, does, toMany: { body, does } }
}

/** The event's data as they stand in the log. */
function plain(type: ByHand): Deed {
  const body: t.Mixed = events[type].data
  const does: Does = async ({ db }, id, found, by) => {
    const decoded = strictly(body, Object.keys(events[type].data.type.props), found ?? {})
    if (isLeft(decoded)) return invalid(decoded.left)
    return act(db, id, { type, data: () => decoded.right as DataOf<ByHand>, by })
  }
  return withMany(body, does)
}

/** Lays a part of an edit over the edit that the video has. */
async function editAnew(db: Db, id: string, part: unknown, by: By): Answered {
  const read = await readCurrent(db, id)
  if (isLeft(read)) return read
  const now = read.right.snapshot
  if (now === null) return left(noVideo(id))
  if (typeof part !== 'object' || part === null || Object.keys(part).length === 0)
    return invalid([{ field: 'body', found: 'nothing to change', allowed: 'fields of an edit' }])
  // what was laid over is what was read
  return editVideo(db, id, { ...now.context.edit, ...part }, { ...by, expected: by.expected ?? read.right.version })
}

const noVideo = (video: string): NotAllowed => ({
  _tag: 'NotAllowed',
  ...{ video, event: 'Edited', state: null, possible: ['Created'] },
})

/** Whether the destination of the video's attempt processes what it is given: whoever has an account there watches it. */
async function isProcessed(db: Db, id: string): Promise<boolean> {
  const read = await readCurrent(db, id)
  const location = isLeft(read) ? undefined : read.right.snapshot?.context.attempt?.upload_location
  return (await offeredLocations(db))[location ?? '']?.account !== undefined
}

/** The chart would refuse an unknown orphan without saying more than that. */
async function ofOrphan(db: Db, video: string, orphan: string, does: () => Answered): Answered {
  const { there, known } = await findOrphan(db, video, orphan)
  if (there !== null) return does()
  const read = await readCurrent(db, video)
  if (isLeft(read)) return read
  return read.right.snapshot === null ? left(noVideo(video)) : left({ _tag: 'NoOrphan', video, orphan, known })
}
