/**
 * `POST /thrimshim/ID`: an edit, a draft, or a change of what is published. What is checked first decides the status, in the order that
 * wubloader's page counts on; the last word is the chart's.
 */
import { type Either, isLeft, left } from 'fp-ts/lib/Either.js'
import { candidate } from '../../../machines/candidates.js'
import type { Snapshot } from '../../../machines/decide.js'
import { decodeDraft, decodeEdit, decodeModification, type Draft } from '../../../machines/edit.js'
import { describeProblem, type FieldProblem } from '../../../machines/problems.js'
import { explainComposed } from '../../../machines/shownTexts.js'
import { act, type Acted, type Refusal } from '../../log/act.js'
import { keepBlob } from '../../log/blobs.js'
import { editProblems, type Invalid, modificationProblems, newVideoId } from '../../log/commands.js'
import type { Db } from '../../log/database.js'
import { type Current, readCurrent } from '../../log/read.js'
import type { Editing } from '../editing.js'
import { isRecord } from '../jsonBody.js'
import { IMAGE_BODY_BYTES } from './base64Image.js'
import { type ComposedEdit, composeEdit } from './composeEdit.js'
import { scheduleChanges } from './scheduleChanges.js'
import { missingFields, readSubmission, type Submission } from './submission.js'

export const SUBMISSION_BYTES = IMAGE_BODY_BYTES

/** The request is not taken; `Changed` alone may be sent again as it is, with `override_changes`. */
export type NotTaken =
  | Invalid
  | Refusal
  | { readonly _tag: 'NoVideo' }
  | { readonly _tag: 'OtherState'; readonly why: string }
  | { readonly _tag: 'Changed'; readonly changes: readonly string[] }

type Target = 'Edited' | 'DraftSaved' | 'Modified'

/** By the state that is asked for. */
const targets: Readonly<Record<string, Target>> = { EDITED: 'Edited', UNEDITED: 'DraftSaved', MODIFIED: 'Modified' }

const invalid = (problems: readonly FieldProblem[]) => left<NotTaken>({ _tag: 'Invalid', problems })

/** Whoever is overtaken, by the schedule or by a node, looks at all of it again. */
const ATTEMPTS = 50

export async function submit(
  db: Db,
  editing: Editing,
  id: string,
  body: unknown,
  actor: string | null,
): Promise<Either<NotTaken, Acted>> {
  if (!isRecord(body)) return invalid([{ field: 'the body', found: 'something else', allowed: 'a JSON object' }])
  const missing = missingFields(body)
  if (missing.length > 0) return invalid(missing)
  for (let i = 0; i < ATTEMPTS; i++) {
    const read = await readCurrent(db, id)
    if (isLeft(read)) return read
    const { snapshot } = read.right
    if (snapshot === null) return left({ _tag: 'NoVideo' })
    const submission = readSubmission(body)
    if (isLeft(submission)) return invalid(submission.left)
    const outcome = await submitTo(db, editing, { ...read.right, snapshot }, submission.right, actor)
    if (!isLeft(outcome) || outcome.left._tag !== 'Conflict') return outcome
  }
  return left({ _tag: 'Conflict', stream: `video/${id}`, expected: 0 })
}

async function submitTo(
  db: Db,
  editing: Editing,
  current: Current & { readonly snapshot: Snapshot },
  submission: Submission,
  actor: string | null,
): Promise<Either<NotTaken, Acted>> {
  const { snapshot, now } = current
  const { context } = snapshot
  const composed = await composeEdit(db, editing, context, submission)
  if (isLeft(composed)) return invalid(composed.left)
  const { edit } = composed.right
  const early = fieldProblems(submission, edit)
  if (early.length > 0) return invalid(early)
  const target = targets[submission.state]
  if (!snapshot.can(candidate(target ?? 'Edited', context, now)))
    return left({ _tag: 'OtherState', why: otherState(snapshot, submission.state) })
  const changes = submission.override ? [] : scheduleChanges(submission.seen, context.source, editing)
  if (changes.length > 0) return left({ _tag: 'Changed', changes })
  if (target === undefined)
    return invalid([
      { field: 'state', found: JSON.stringify(submission.state), allowed: Object.keys(targets).join(', ') },
    ])
  return accept(db, target, current, { submission, composed: composed.right, actor })
}

/** What is wrong whatever the row's state: texts with what is put on, ranges, transitions, boxes. */
function fieldProblems({ state, fields }: Submission, edit: Draft): FieldProblem[] {
  const decoded = state === 'MODIFIED' ? decodeModification(edit) : decodeDraft(edit)
  const problems = isLeft(decoded) ? explainComposed(edit, decoded.left) : []
  const { video_ranges: ranges } = edit
  if (state === 'EDITED' && ranges?.length === 0)
    problems.push({ field: 'video_ranges', found: 'no range', allowed: 'at least one [start, end]' })
  // an empty list would be taken for hard cuts, but these clients name each; a draft's null is none at all
  if (state !== 'MODIFIED' && fields.video_transitions?.length === 0 && ranges !== undefined && ranges.length > 1)
    problems.push({
      field: 'video_transitions',
      found: 'none',
      allowed: `one for each join, here ${ranges.length - 1}; null is a hard cut`,
    })
  return problems
}

function otherState({ context, value }: Snapshot, wanted: string): string {
  const state = typeof value === 'string' ? value : Object.keys(value)[0]
  return `state: found ${JSON.stringify(wanted)}; video ${context.id} is ${state ?? ''}, which does not allow that`
}

interface Accepted {
  readonly submission: Submission
  readonly composed: ComposedEdit
  readonly actor: string | null
}

async function accept(
  db: Db,
  target: Target,
  current: Current & { readonly snapshot: Snapshot },
  { submission, composed: { edit, image }, actor }: Accepted,
): Promise<Either<NotTaken, Acted>> {
  const { context } = current.snapshot
  const on = { by: { actor }, expected: current.version, known: current }
  const nulls = target === 'DraftSaved' ? [] : nullProblems(submission)
  if (nulls.length > 0) return invalid(nulls)
  // an image that has just come is whole, but not stored before all is well
  const judged = image === null ? {} : ({ thumbnail_mode: 'NONE' } as const)
  const keep = () => (image === null ? null : keepBlob(db, image.contentType, image.bytes))
  switch (target) {
    case 'DraftSaved': {
      await keep()
      return act(db, context.id, { type: 'DraftSaved', data: () => ({ edit }), ...on })
    }
    case 'Edited': {
      const decoded = decodeEdit(edit)
      if (isLeft(decoded)) return invalid(explainComposed(edit, decoded.left))
      const problems = await editProblems(db, { ...decoded.right, ...judged })
      if (problems.length > 0) return invalid(problems)
      await keep()
      return act(db, context.id, { type: 'Edited', data: () => ({ edit: decoded.right }), ...on })
    }
    case 'Modified': {
      if (edit.video_title?.trim() === '') return invalid([blankTitle])
      const location = context.published?.upload_location ?? ''
      const problems = await modificationProblems(db, { location, edit: context.edit }, { ...edit, ...judged })
      const [fixed] = problems.filter(({ field }) => field === 'upload_location')
      // nothing of the request is wrong: what is published there can't be changed
      if (fixed !== undefined) return left({ _tag: 'OtherState', why: describeProblem(fixed) })
      if (problems.length > 0) return invalid(problems)
      await keep()
      return act(db, context.id, { type: 'Modified', data: () => ({ modification: newVideoId(), edit }), ...on })
    }
  }
}

const blankTitle: FieldProblem = { field: 'video_title', found: 'a blank title', allowed: '1 to 100 characters' }

const nullProblems = ({ nulls, state }: Submission): FieldProblem[] =>
  nulls.map((field) => ({ field, found: 'null', allowed: `a value, as state is ${state}` }))
