/** The thumbnail of a video, made from its edit, this node's segments, and the templates and images in the database. */
import { type Either, isLeft, left, right } from 'fp-ts/lib/Either.js'
import { instantMs } from '../../machines/codecs.js'
import type { Draft } from '../../machines/edit.js'
import { describeProblem } from '../../machines/problems.js'
import { CutError } from '../cut/cut.js'
import { frameAt } from '../cut/frame.js'
import { readBlob } from '../log/blobs.js'
import type { Queryable } from '../log/database.js'
import { getTemplate, type Template } from '../log/templates.js'
import { thumbnailProblems } from '../log/thumbnails.js'
import { composeThumbnail } from '../thumbnail/compose.js'
import { type Fitted, fitted, MOST_THUMBNAIL_BYTES } from '../thumbnail/fitted.js'
import { boxesOf, thumbnailInputs } from '../thumbnail/inputs.js'

export interface Thumbnail extends Fitted {
  /** What it was made from: while `wantedInputs` says the same, there is nothing to make again. */
  readonly inputs: string
}

/** Why there is no thumbnail. */
export interface Unmade {
  readonly message: string
  /** This node lacks footage, or fails now: it may come, or another one may do it. Else somebody has to change something. */
  readonly mayPass: boolean
}

const unmade = (message: string, mayPass = false) => left<Unmade>({ message, mayPass })

export interface Making {
  readonly signal: AbortSignal
  /** What the destination takes. Default: 2 MiB. */
  readonly maxBytes?: number
}

/**
 * The hash of all that the thumbnail of this edit would be made from, without making it; null where it has none. Left as of
 * `makeThumbnail`, as far as it can be known without footage.
 */
export async function wantedInputs(db: Queryable, edit: Draft): Promise<Either<Unmade, string | null>> {
  const wanted = await wantedOf(db, edit)
  return isLeft(wanted) ? wanted : right(thumbnailInputs(edit, wanted.right))
}

/**
 * What would be published as the edit's thumbnail; null for the mode NONE. `root` is the folder of channels.
 *
 * Left names what keeps it from being made: a field of the edit, a template that has gone or has become smaller than the edit's
 * boxes, or footage that this node doesn't have. Throws the reason of an aborted signal.
 */
export async function makeThumbnail(
  db: Queryable,
  root: string,
  edit: Draft,
  { signal, maxBytes = MOST_THUMBNAIL_BYTES }: Making,
): Promise<Either<Unmade, Thumbnail> | null> {
  const wanted = await wantedOf(db, edit)
  if (isLeft(wanted)) return wanted
  const inputs = thumbnailInputs(edit, wanted.right)
  if (inputs === null) return null
  const made = await picture(db, root, edit, wanted.right, signal)
  signal.throwIfAborted()
  if (isLeft(made)) return made
  const small = await fitted(made.right, maxBytes)
  return isLeft(small) ? unmade(`thumbnail: ${small.left}`) : right({ ...small.right, inputs })
}

/** The template, where the edit wants one. */
async function wantedOf(db: Queryable, edit: Draft): Promise<Either<Unmade, Template | null>> {
  const [problem] = await thumbnailProblems(db, edit)
  if (problem) return unmade(describeProblem(problem))
  if (edit.thumbnail_mode !== 'TEMPLATE') return right(null)
  return right(await getTemplate(db, edit.thumbnail_template ?? ''))
}

/** As large as it comes. */
async function picture(
  db: Queryable,
  root: string,
  edit: Draft,
  template: Template | null,
  signal: AbortSignal,
): Promise<Either<Unmade, Buffer>> {
  if (edit.thumbnail_mode === 'CUSTOM') return stored(db, 'thumbnail_image', edit.thumbnail_image ?? '')
  const frame = await frameOf(root, edit, signal)
  if (isLeft(frame) || edit.thumbnail_mode !== 'TEMPLATE') return frame
  // it may have gone a moment ago
  if (template === null) return unmade(`thumbnail_template: ${edit.thumbnail_template} has gone`)
  const image = await stored(db, `template ${template.name}`, template.image_sha256)
  if (isLeft(image)) return image
  const made = await composeThumbnail(frame.right, image.right, ...boxesOf(edit, template))
  return isLeft(made) ? unmade(`template ${template.name}: ${made.left}`) : made
}

async function stored(db: Queryable, whose: string, sha256: string): Promise<Either<Unmade, Buffer>> {
  const blob = await readBlob(db, sha256)
  return blob === null ? unmade(`${whose}: image ${sha256} is not in the database`) : right(blob.content)
}

async function frameOf(root: string, edit: Draft, signal: AbortSignal): Promise<Either<Unmade, Buffer>> {
  const { video_channel: channel = '', video_quality: quality = 'source', thumbnail_time } = edit
  try {
    return right(await frameAt({ root, channel, quality, atMs: instantMs(thumbnail_time ?? '') }, { signal }))
  } catch (error) {
    if (!(error instanceof CutError)) throw error
    return unmade(`thumbnail_time: ${error.message}`, true)
  }
}
