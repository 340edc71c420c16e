/** The row of table `videos`, as it follows from a snapshot and the time at which its state was entered. Names are wubloader's where it has the column. */
import { type Snapshot, stateOf, store, type StoredSnapshot } from './decide.js'
import { CHART_VERSION } from './video.js'

export interface VideoRow extends Record<string, unknown> {
  readonly id: string
  readonly version: number
  readonly state: string
  readonly substate: string | null
  readonly snapshot: StoredSnapshot
  readonly chart: number
  /** UTC; null where nobody has told: the database then asks its log. */
  readonly state_since: string | null
}

/** @param since when it entered its state, by the time of the event that led there: no snapshot says so. */
export function project(snapshot: Snapshot, version: number, since: string | null): VideoRow {
  const { context, value } = snapshot
  const { source, edit, attempt, published } = context
  return {
    id: context.id,
    version,
    chart: CHART_VERSION,
    state: stateOf(snapshot),
    substate: typeof value === 'string' ? null : (Object.values(value)[0] ?? null),
    state_since: since,
    snapshot: store(snapshot),
    external_id: context.external_id ?? null,
    ...source,
    ...emptyEdit,
    ...edit,
    video_ranges: edit.video_ranges?.map(([start, end]) => ({ start, end })) ?? null,
    video_transitions: edit.video_transitions?.map((join) => join && { type: join[0], duration: join[1] }) ?? null,
    error: context.error,
    warning: context.warning?.message ?? null,
    warning_kind: context.warning?.kind ?? null,
    uploader: attempt?.node ?? null,
    attempt: attempt?.id ?? null,
    attempts: context.attempts,
    not_before: context.not_before,
    video_id: published?.video_id ?? null,
    video_link: published?.video_link ?? null,
    editor: context.editor,
    edit_time: context.edit_time,
    upload_time: context.upload_time,
    last_modified: context.last_modified,
    updated_at: context.updated_at,
    orphans: context.orphans,
  }
}

/** The edit columns of a video that nobody has edited yet: every column stands in the row, so a rebuild clears what is gone. */
const emptyEdit = {
  video_title: null,
  video_description: null,
  video_tags: null,
  public: true,
  thumbnail_mode: 'NONE',
  thumbnail_time: null,
  thumbnail_template: null,
  thumbnail_image: null,
  thumbnail_crop: null,
  thumbnail_location: null,
  upload_location: null,
  video_channel: null,
  video_quality: null,
  allow_holes: false,
  uploader_whitelist: null,
  title_header: null,
  description_tail: null,
  chapter_markers: null,
}
