/** A video under wubloader's column names and in its forms. */
import type { VideoContext } from '../../../machines/context.js'
import type { Draft } from '../../../machines/edit.js'
import { shownError, wubloaderState } from './states.js'
import { naive, naiveOrNull } from './times.js'

export interface Standing {
  /** Without the substate. */
  readonly state: string
  readonly version: number
  readonly context: VideoContext
}

/** All columns but the two that need an image or an opinion: `thumbnail_image`, and what `event_end` looks like. */
export function columnsOf({ state, version, context }: Standing) {
  const { source, edit, attempt, published } = context
  return {
    id: context.id,
    sheet_name: source.sheet_name,
    event_start: naiveOrNull(source.event_start),
    category: source.category,
    description: source.description,
    submitter_winner: source.submitter_winner,
    notes: source.notes,
    poster_moment: source.poster_moment,
    image_links: source.image_links,
    tags: source.tags,
    ...editColumns(edit),
    state: wubloaderState(state),
    error: shownError(state, context),
    uploader: attempt?.node ?? null,
    video_id: published?.video_id ?? null,
    video_link: published?.video_link ?? null,
    editor: context.editor,
    edit_time: naiveOrNull(context.edit_time),
    upload_time: naiveOrNull(context.upload_time),
    last_modified: naiveOrNull(context.last_modified),
    thumbnail_last_written: hashOf(published?.thumbnail?.image),
    reelstate_state: state,
    reelstate_version: version,
  }
}

function editColumns(edit: Draft) {
  const { video_ranges = [], video_transitions: joins = [] } = edit
  // where a draft has taken them back there are none, as before there were any
  const ranges = video_ranges.length === 0 ? undefined : video_ranges
  return {
    allow_holes: edit.allow_holes ?? false,
    uploader_whitelist: edit.uploader_whitelist ?? null,
    upload_location: edit.upload_location ?? null,
    public: edit.public ?? true,
    video_ranges: ranges?.map(([start, end]) => [naive(start), naive(end)]) ?? null,
    // one a join, as these clients expect: where none is given they are hard cuts
    video_transitions: ranges === undefined ? null : ranges.slice(1).map((_, i) => joins[i] ?? null),
    video_title: edit.video_title ?? null,
    video_description: edit.video_description ?? null,
    video_tags: edit.video_tags ?? null,
    video_channel: edit.video_channel ?? null,
    video_quality: edit.video_quality ?? 'source',
    thumbnail_mode: edit.thumbnail_mode ?? 'TEMPLATE',
    thumbnail_time: naiveOrNull(edit.thumbnail_time),
    thumbnail_template: edit.thumbnail_template ?? null,
    thumbnail_crop: edit.thumbnail_crop ?? null,
    thumbnail_location: edit.thumbnail_location ?? null,
    chapter_markers: edit.chapter_markers ?? null,
  }
}

/** The hash in the form that a column of bytes has: base64. */
const hashOf = (sha256: string | undefined): string | null =>
  sha256 === undefined ? null : Buffer.from(sha256, 'hex').toString('base64')

/** The blob that stands in `thumbnail_image`: what an editor gave. What is generated is made anew, as where it is null. */
export const imageOf = ({ thumbnail_mode, thumbnail_image }: Draft): string | null =>
  thumbnail_mode === 'CUSTOM' ? (thumbnail_image ?? null) : null
