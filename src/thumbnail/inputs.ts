/** What a thumbnail is made from, as one hash: as long as that is the same, there is nothing to make again. */
import { createHash } from 'node:crypto'
import type { Draft } from '../../machines/edit.js'

export interface TemplateInputs {
  readonly image_sha256: string
  readonly crop: readonly number[] | null
  readonly location: readonly number[] | null
}

/** Changes with how images are made: then all are made again with the next change of their video. */
const MADE = 1

/**
 * SHA-256, in hexadecimal, of all that the edit's mode looks at; null where there is no thumbnail. `template` is the one that the
 * edit names. How many bytes the destination takes is no part of it.
 */
export function thumbnailInputs(edit: Draft, template: TemplateInputs | null): string | null {
  const looked = lookedAt(edit, template)
  if (looked === null) return null
  return createHash('sha256')
    .update(JSON.stringify([MADE, ...looked]))
    .digest('hex')
}

function lookedAt(edit: Draft, template: TemplateInputs | null): readonly unknown[] | null {
  const frame = [edit.video_channel, edit.video_quality, edit.thumbnail_time]
  switch (edit.thumbnail_mode ?? 'NONE') {
    case 'NONE':
      return null
    case 'BARE':
      return ['BARE', ...frame]
    case 'TEMPLATE':
      return ['TEMPLATE', ...frame, template?.image_sha256, ...boxesOf(edit, template)]
    case 'CUSTOM':
      return ['CUSTOM', edit.thumbnail_image]
  }
}

/** The template's crop and location, unless the edit has its own; null is the whole. */
export function boxesOf(edit: Draft, template: Pick<TemplateInputs, 'crop' | 'location'> | null) {
  return [edit.thumbnail_crop ?? template?.crop ?? null, edit.thumbnail_location ?? template?.location ?? null] as const
}
