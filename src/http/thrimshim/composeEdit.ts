/** The edit that a submission makes of a row: what it leaves out is kept, and its texts get what belongs around them. */
import { createHash } from 'node:crypto'
import { type Either, isLeft, left, right } from 'fp-ts/lib/Either.js'
import type { VideoContext } from '../../../machines/context.js'
import type { Draft } from '../../../machines/edit.js'
import { shownPlaylists } from '../../../machines/playlist.js'
import type { FieldProblem } from '../../../machines/problems.js'
import { composeTexts } from '../../../machines/shownTexts.js'
import type { Queryable } from '../../log/database.js'
import { listPlaylists } from '../../log/playlists.js'
import { getTemplate } from '../../log/templates.js'
import type { CheckedImage } from '../../thumbnail/checkImage.js'
import type { Editing } from '../editing.js'
import { pngOf } from './base64Image.js'
import { isArchived, wordingOf } from './form.js'
import type { Submission } from './submission.js'

export interface ComposedEdit {
  readonly edit: Draft
  /** That it came with: to be stored once it is accepted. */
  readonly image: CheckedImage | null
}

const kept = [
  ...['allow_holes', 'uploader_whitelist', 'thumbnail_time', 'thumbnail_template', 'thumbnail_image'],
  ...['thumbnail_crop', 'thumbnail_location', 'chapter_markers'],
] as const

/** Left where the image is none. */
export async function composeEdit(
  db: Queryable,
  editing: Editing,
  { source, edit: before }: VideoContext,
  { state, fields, nulls, image: given }: Submission,
): Promise<Either<FieldProblem[], ComposedEdit>> {
  const isNew = typeof given === 'string' && !isKept(before, given)
  const image = fields.thumbnail_mode === 'CUSTOM' && isNew ? await pngOf('thumbnail_image', given) : null
  if (image !== null && isLeft(image)) return left([image.left])
  if (image === null && given !== undefined && given !== null && typeof given !== 'string')
    return left([{ field: 'thumbnail_image', found: JSON.stringify(given).slice(0, 80), allowed: 'base64, or null' }])
  const own = Object.fromEntries(kept.flatMap((field) => (before[field] === undefined ? [] : [[field, before[field]]])))
  const edit: Draft = {
    ...(state === 'MODIFIED' ? {} : own),
    ...emptied(before, nulls),
    ...fields,
    ...(image !== null && { thumbnail_image: sha256Of(image.right.bytes) }),
    ...(fields.thumbnail_mode === 'CUSTOM' && given === null && { thumbnail_image: null }),
  }
  const whole = { ...before, ...edit }
  const archived = isArchived(editing, source)
  const texts = composeTexts(
    { title: fields.video_title, description: fields.video_description },
    {
      ...wordingOf(editing, source),
      chapters: whole.chapter_markers ?? [],
      playlists: archived ? [] : shownPlaylists(await listPlaylists(db), source.tags),
      credit: archived ? '' : await creditOf(db, whole),
    },
  )
  return right({ edit: { ...edit, ...texts }, image: image === null ? null : image.right })
}

/** Lists that a draft takes back. What is no list stays as it was: a draft can't say that nothing is chosen. */
const emptied = (before: Draft, nulls: readonly string[]): Draft =>
  Object.fromEntries(
    (['video_ranges', 'video_transitions', 'video_tags'] as const)
      .filter((field) => nulls.includes(field) && before[field] !== undefined)
      .map((field) => [field, []]),
  )

async function creditOf(db: Queryable, { thumbnail_mode, thumbnail_template }: Draft): Promise<string> {
  if (thumbnail_mode !== 'TEMPLATE' || typeof thumbnail_template !== 'string') return ''
  return (await getTemplate(db, thumbnail_template))?.attribution ?? ''
}

/** A page sends back what it was given: of an edit that was made elsewhere that may be a JPEG. */
const isKept = ({ thumbnail_image }: Draft, base64: string): boolean =>
  typeof thumbnail_image === 'string' && sha256Of(Buffer.from(base64, 'base64')) === thumbnail_image

const sha256Of = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex')
