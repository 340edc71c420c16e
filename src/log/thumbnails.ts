/** What an edit says of its thumbnail, judged by the templates and images that there are. */
import type { Draft } from '../../machines/edit.js'
import { describeKnown, type FieldProblem } from '../../machines/problems.js'
import { checkBox, checkThumbnail } from '../../machines/thumbnail.js'
import { mediaTypeOf } from './blobs.js'
import type { Queryable } from './database.js'
import { getTemplate, listTemplates } from './templates.js'

/**
 * What keeps the edit's thumbnail from being made, as far as it can be known without footage. Of a modification: give it the whole
 * edit that would come of it. Only what the edit's mode looks at counts.
 */
export async function thumbnailProblems(db: Queryable, edit: Draft): Promise<FieldProblem[]> {
  const missing = checkThumbnail(edit)
  if (missing.length > 0) return missing
  if (edit.thumbnail_mode === 'TEMPLATE') return templateProblems(db, edit)
  return edit.thumbnail_mode === 'CUSTOM' ? imageProblems(db, edit.thumbnail_image ?? '') : []
}

async function templateProblems(db: Queryable, edit: Draft): Promise<FieldProblem[]> {
  const name = edit.thumbnail_template ?? ''
  const template = await getTemplate(db, name)
  if (template === null) {
    const known = (await listTemplates(db)).map((one) => one.name)
    return [{ field: 'thumbnail_template', found: JSON.stringify(name), allowed: describeKnown('a template', known) }]
  }
  return (['thumbnail_crop', 'thumbnail_location'] as const).flatMap((field) => {
    const box = edit[field]
    return box === undefined || box === null ? [] : checkBox(field, box, template)
  })
}

async function imageProblems(db: Queryable, sha256: string): Promise<FieldProblem[]> {
  const found = await mediaTypeOf(db, sha256)
  if (found === 'image/png' || found === 'image/jpeg') return []
  const field = 'thumbnail_image'
  const allowed = 'the SHA-256 of a stored PNG or JPEG image'
  return [{ field, found: found === null ? `${sha256}, which is not stored` : `${sha256}, which is ${found}`, allowed }]
}
