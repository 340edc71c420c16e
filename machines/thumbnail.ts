/** What an edit says of its thumbnail, as far as it can be judged without looking at templates and images. */
import type { Draft } from './edit.js'
import type { FieldProblem } from './problems.js'

/** Of a template or an image of one's own, in pixels: a thumbnail is hardly ever shown larger than 1280x720. */
export const LARGEST_IMAGE_SIDE = 4096

export interface Size {
  readonly width: number
  readonly height: number
}

type ThumbnailMode = NonNullable<Draft['thumbnail_mode']>
type Needed = 'thumbnail_time' | 'thumbnail_template' | 'thumbnail_image'

/** What each mode is made from. */
const needs: Readonly<Record<ThumbnailMode, readonly Needed[]>> = {
  NONE: [],
  BARE: ['thumbnail_time'],
  TEMPLATE: ['thumbnail_template', 'thumbnail_time'],
  CUSTOM: ['thumbnail_image'],
}

const allowed: Readonly<Record<Needed, string>> = {
  thumbnail_time: 'the UTC time of the picture',
  thumbnail_template: 'the name of a template',
  thumbnail_image: 'the SHA-256 of a stored image',
}

/** What the edit's mode needs and the edit doesn't have. Of a modification: give it the whole edit that would come of it. */
export function checkThumbnail(edit: Draft): FieldProblem[] {
  const mode = edit.thumbnail_mode ?? 'NONE'
  return needs[mode]
    .filter((field) => edit[field] === undefined || edit[field] === null)
    .map((field) => ({ field, found: 'nothing', allowed: `${allowed[field]}, as thumbnail_mode is ${mode}` }))
}

/** The boxes of an edit: an area each. Whether they lie within the template, the template's size tells. */
export function checkBoxes(edit: Draft): FieldProblem[] {
  const within = { width: LARGEST_IMAGE_SIDE, height: LARGEST_IMAGE_SIDE }
  return (['thumbnail_crop', 'thumbnail_location'] as const).flatMap((field) => {
    const box = edit[field]
    return box === undefined || box === null ? [] : checkBox(field, box, within)
  })
}

/** What is wrong with a box that has to be an area of an image of that size. */
export function checkBox(field: string, box: readonly number[], { width, height }: Size): FieldProblem[] {
  const [left = 0, top = 0, right = 0, bottom = 0] = box
  if (box.length === 4 && 0 <= left && left < right && right <= width && 0 <= top && top < bottom && bottom <= height)
    return []
  return [
    {
      field,
      found: box.join(','),
      allowed: `left,top,right,bottom with 0 <= left < right <= ${width} and 0 <= top < bottom <= ${height}`,
    },
  ]
}
