/** What people do to a video: each builds the event that it wants and asks the chart. Nothing is changed where it is refused. */
import { randomBytes } from 'node:crypto'
import { type Either, isLeft, left } from 'fp-ts/lib/Either.js'
import {
  checkModification,
  checkShown,
  decodeDraft,
  decodeEdit,
  decodeModification,
  type Draft,
  type Edit,
  type Modification,
} from '../../machines/edit.js'
import type { DataOf } from '../../machines/events.js'
import { type FieldProblem, strictly } from '../../machines/problems.js'
import { Source } from '../../machines/source.js'
import { act, type Acted, type By, type Refusal } from './act.js'
import type { Db } from './database.js'
import { type OfferedLocation, offeredLocations } from './nodes.js'
import { findOrphan } from './orphans.js'
import { readPublished } from './videos.js'
import { thumbnailProblems } from './thumbnails.js'

/** The request itself is wrong: each problem names its field. */
export interface Invalid {
  readonly _tag: 'Invalid'
  readonly problems: readonly FieldProblem[]
}

export type Outcome = Promise<Either<Invalid | Refusal, Acted>>

export const invalid = (problems: readonly FieldProblem[]) => left<Invalid>({ _tag: 'Invalid', problems })

/** Ten letters and digits that can be read out over a radio: no vowels, no 0 or 1. */
export const newVideoId = (): string =>
  Array.from(randomBytes(10), (byte) => '23456789bcdfghjkmnpqrstvwxz'.charAt(byte % 27)).join('')

/** Enters a moment of the stream. `source` may leave out what is not known. @param external_id what it is called where it comes from. */
export async function createVideo(db: Db, id: string, source: unknown, by: By, external_id?: string): Outcome {
  if (!/^[\p{L}\p{N}][\p{L}\p{N}_.:-]{0,99}$/u.test(id))
    return invalid([
      {
        field: 'id',
        found: JSON.stringify(id),
        allowed: '1 to 100 letters, digits and _ . : -, beginning with a letter or digit',
      },
    ])
  const decoded = strictly(Source, Object.keys(Source.type.props), source)
  if (isLeft(decoded)) return invalid(decoded.left)
  return act(db, id, {
    type: 'Created',
    data: () => ({ source: decoded.right, ...(external_id !== undefined && { external_id }) }),
    by,
  })
}

/** Accepts a finished edit: from now on nodes may cut the video. */
export async function editVideo(db: Db, id: string, edit: unknown, by: By): Outcome {
  const decoded = decodeEdit(edit)
  if (isLeft(decoded)) return invalid(decoded.left)
  const problems = await editProblems(db, decoded.right)
  if (problems.length > 0) return invalid(problems)
  return act(db, id, { type: 'Edited', data: () => ({ edit: decoded.right }), by })
}

/** What keeps a finished edit from being cut and published as it is, as far as templates and locations tell. */
export const editProblems = async (db: Db, edit: Edit): Promise<FieldProblem[]> => [
  ...(await checkLocation(db, edit)),
  ...(await thumbnailProblems(db, edit)),
]

async function checkLocation(
  db: Db,
  { upload_location, video_transitions, video_tags: tags }: Edit,
): Promise<FieldProblem[]> {
  const offered = await offeredLocations(db)
  const names = Object.keys(offered)
  const problems: FieldProblem[] = []
  if (!Object.hasOwn(offered, upload_location))
    problems.push({
      field: 'upload_location',
      found: JSON.stringify(upload_location),
      allowed:
        names.length > 0
          ? `a location that a registered node offers: ${names.join(', ')}`
          : 'none yet: no node has ever been started on this database',
    })
  const faded = video_transitions.findIndex((transition) => transition !== null)
  const location = offered[upload_location]
  const cut = location?.cut
  if (faded >= 0 && (cut === 'rough' || cut === 'archive'))
    problems.push({
      field: `video_transitions[${faded}]`,
      found: JSON.stringify(video_transitions[faded]),
      allowed: `null, a hard cut: ${upload_location} takes ${cut} cuts, in which nothing is encoded`,
    })
  problems.push(...tagProblems(tags, location))
  return problems
}

/** With the tags that the location adds there may be too many. */
const tagProblems = (own: readonly string[] | undefined, location: OfferedLocation | undefined): FieldProblem[] =>
  own === undefined || location?.tags === undefined
    ? []
    : checkShown({ video_tags: [...new Set([...own, ...location.tags])] }).map(({ field, found, allowed }) => ({
        field,
        found: `${found}, with those that the location adds (${location.tags?.join(', ')})`,
        allowed,
      }))

/** Keeps an unfinished edit: whatever is missing may be missing. */
export async function saveDraft(db: Db, id: string, draft: unknown, by: By): Outcome {
  const decoded = decodeDraft(draft)
  return isLeft(decoded)
    ? invalid(decoded.left)
    : act(db, id, { type: 'DraftSaved', data: () => ({ edit: decoded.right }), by })
}

/** Changes what a published video shows: title, description, tags, privacy, thumbnail. What is left out stays. */
export async function modifyVideo(db: Db, id: string, modification: unknown, by: By): Outcome {
  const decoded = decodeModification(modification)
  const problems = isLeft(decoded) ? decoded.left : checkModification(decoded.right)
  if (isLeft(decoded) || problems.length > 0) return invalid(problems)
  const edit = decoded.right
  const published = await readPublished(db, id)
  const misfits = published === null ? [] : await modificationProblems(db, published, edit)
  if (misfits.length > 0) return invalid(misfits)
  return act(db, id, { type: 'Modified', data: () => ({ modification: newVideoId(), edit }), by })
}

/** What can't be changed where the video is published, or can't be made. */
export async function modificationProblems(
  db: Db,
  { location, edit }: { readonly location: string; readonly edit: Draft },
  modification: Modification,
): Promise<FieldProblem[]> {
  const offered = (await offeredLocations(db))[location]
  if (offered?.updates !== true)
    return [
      {
        field: 'upload_location',
        found: `${JSON.stringify(location)}, where the video is published`,
        allowed: 'a destination that can change what it has published, such as YouTube',
      },
    ]
  const concerned = Object.keys(modification).some((field) => field.startsWith('thumbnail_'))
  return [
    ...tagProblems(modification.video_tags, offered),
    ...(concerned ? await thumbnailProblems(db, { ...edit, ...modification }) : []),
  ]
}

/** Gives a modification up: back to what the destination was last known to show. */
export const dropModification = (db: Db, id: string, by: By): Outcome =>
  act(db, id, { type: 'ModificationDropped', data: () => ({}), by })

export const resetVideo = (db: Db, id: string, force: boolean, reason: string | null, by: By): Outcome =>
  act(db, id, { type: 'Reset', data: () => ({ force, reason }), by })

/** `modification` is new wherever a modification is applied again, so that the one before counts no more. */
export const retryVideo = (db: Db, id: string, by: By): Outcome =>
  act(db, id, { type: 'Retried', data: () => ({ modification: newVideoId() }), by })

/** A person looked at the destination and found the video. `video_link` is what viewers open. */
export const resolveUploaded = (db: Db, id: string, data: DataOf<'ResolvedUploaded'>, by: By): Outcome =>
  act(db, id, { type: 'ResolvedUploaded', data: () => data, by })

/** A person looked at the destination: nothing is there. */
export const resolveAbsent = (db: Db, id: string, reason: string | null, by: By): Outcome =>
  act(db, id, { type: 'ResolvedAbsent', data: () => ({ reason }), by })

/** Lets the video stand for an orphan that it left behind. Where its location's videos are processed, that is looked at anew. */
export async function adoptOrphan(db: Db, id: string, orphan: string, by: By): Outcome {
  const { there } = await findOrphan(db, id, orphan)
  const processing = (await offeredLocations(db))[there?.upload_location ?? '']?.account !== undefined
  return act(db, id, { type: 'OrphanAdopted', data: () => ({ orphan, processing }), by })
}

export const dismissOrphan = (db: Db, id: string, orphan: string, reason: string | null, by: By): Outcome =>
  act(db, id, { type: 'OrphanDismissed', data: () => ({ orphan, reason }), by })
