/** What an editor's page sends of a row, as far as it can be judged by itself. Fields that nobody needs are dropped. */
import * as t from 'io-ts'
import { type Either, isLeft, left, right } from 'fp-ts/lib/Either.js'
import { Draft } from '../../../machines/edit.js'
import { type FieldProblem, problemsOf } from '../../../machines/problems.js'
import { scheduleColumns, SeenSchedule } from './scheduleChanges.js'

/** Not left out, though a draft may have null. */
const needed = [
  ...['upload_location', 'video_ranges', 'video_transitions', 'video_channel', 'video_quality', 'video_title'],
  ...['video_description', 'video_tags', 'thumbnail_mode', 'public'],
] as const

/** Left out, they stay as they are. */
const optional = [
  ...['allow_holes', 'uploader_whitelist', 'thumbnail_time', 'thumbnail_template', 'thumbnail_crop'],
  ...['thumbnail_location', 'chapter_markers'],
] as const

/** For which null is a value of its own. */
const mayBeNull = ['uploader_whitelist', 'thumbnail_time', 'thumbnail_template', 'thumbnail_crop', 'thumbnail_location']

/** Of a published video everything else stays as it was cut. */
const ofModification = [
  ...['video_title', 'video_description', 'video_tags', 'public', 'thumbnail_mode', 'thumbnail_time'],
  ...['thumbnail_template', 'thumbnail_crop', 'thumbnail_location', 'chapter_markers'],
]

export interface Submission {
  readonly state: string
  readonly seen: SeenSchedule
  /** What it has of the edit: texts as the editor wrote them, and no image. */
  readonly fields: Draft & Required<Pick<Draft, 'video_title' | 'video_description'>>
  /** Needed for a finished edit, but null. */
  readonly nulls: readonly string[]
  /** Base64; null takes the image away, undefined leaves it. */
  readonly image: unknown
  readonly override: boolean
}

/** The needed fields that are not there. */
export const missingFields = (body: Readonly<Record<string, unknown>>): FieldProblem[] =>
  ['state', ...needed, ...scheduleColumns]
    .filter((field) => body[field] === undefined)
    .map((field) => ({ field, found: 'nothing', allowed: 'a value: it is needed' }))

/** Ranges, transitions and the like: whether they fit each other is looked at later. */
export function readSubmission(body: Readonly<Record<string, unknown>>): Either<FieldProblem[], Submission> {
  const state = body['state']
  const fields = [...needed, ...optional].filter(
    (field) => body[field] !== undefined && (state !== 'MODIFIED' || ofModification.includes(field)),
  )
  const nulls = fields.filter((field) => body[field] === null && !mayBeNull.includes(field))
  const given = {
    ...Object.fromEntries(fields.filter((field) => !nulls.includes(field)).map((field) => [field, body[field]])),
    ...(nulls.includes('chapter_markers') && { chapter_markers: [] }),
  }
  const texts = Texts.decode({ ...body, override_changes: body['override_changes'] ?? false })
  const edit = Draft.decode(given)
  const seen = SeenSchedule.decode(body)
  if (isLeft(texts) || isLeft(edit) || isLeft(seen))
    return left([texts, edit, seen].flatMap((one) => (isLeft(one) ? problemsOf(one.left) : [])))
  const { video_title, video_description, override_changes: override } = texts.right
  return right({
    state: texts.right.state,
    seen: seen.right,
    fields: { ...edit.right, video_title, video_description },
    nulls: nulls.filter((field) => field !== 'chapter_markers' && field !== 'allow_holes'),
    image: body['thumbnail_image'],
    override,
  })
}

/** Of every submission, a draft's too. */
const Texts = t.type({
  state: named(t.string, 'UNEDITED, EDITED or MODIFIED'),
  video_title: named(t.string, 'a text'),
  video_description: named(t.string, 'a text'),
  override_changes: named(t.boolean, 'true or false'),
})

function named<A>(codec: t.Type<A, A, unknown>, name: string): t.Type<A, A, unknown> {
  return new t.Type(name, codec.is, codec.validate, codec.encode)
}
