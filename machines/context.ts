/** What a video knows of itself beside its state. Plain data: it stands in the row's snapshot as it is. */
import type { Draft, Modification } from './edit.js'
import type { Source } from './source.js'

/** A picture to be shown for the video: `image` is a blob, `inputs` stands for all that it was made from. Both SHA-256. */
export interface Thumbnail {
  readonly image: string
  readonly inputs: string
}

export interface Attempt {
  readonly id: string
  readonly node: string
  readonly claimed_at: string
  readonly upload_location: string
  /** Which destination was opened, in that destination's own terms; null until UploadOpened. */
  readonly destination: string | null
  readonly opened: boolean
  /** Size of the publication, once FinalizeStarted has told it. */
  readonly bytes: number | null
  /** To be set once it is published; null where there shall be none. */
  readonly thumbnail: Thumbnail | null
  /** Its node is gone: only the destination can still tell what became of it. */
  readonly lost: boolean
}

/** What exists or may exist at a destination without being this video. `video_id` is null for an open session. */
export interface Orphan {
  /** The published id, or `attempt/ID` for an open session. */
  readonly id: string
  readonly upload_location: string
  readonly video_id: string | null
  readonly video_link: string | null
  readonly attempt: string | null
  readonly since: string
}

export interface Warning {
  readonly kind: 'holes' | 'no_node' | 'overlap' | 'link'
  readonly message: string
  /** Who gave it: only this node brings it up to date, so that nodes with different holes don't take turns. */
  readonly node: string | null
}

export interface Published {
  readonly video_id: string | null
  readonly video_link: string
  readonly upload_location: string
  /** What the destination was last known to show. */
  readonly shows: Modification
  /** That the destination was last known to have taken. */
  readonly thumbnail: Thumbnail | null
}

export interface VideoContext {
  readonly id: string
  /** What it is called where it comes from, as `SOURCE/KEY`; absent where nobody has said. */
  readonly external_id?: string
  readonly source: Source
  readonly edit: Draft
  readonly editor: string | null
  readonly edit_time: string | null
  readonly attempt: Attempt | null
  /** The node that asks the destination about `attempt`. */
  readonly reconcile: { readonly id: string; readonly node: string } | null
  /** Attempts that count, since the edit or the last Retried; past `attempts_limit` the video FAILED. */
  readonly attempts: number
  readonly attempts_limit: number
  /** Before this time no node claims or updates it. */
  readonly not_before: string | null
  readonly error: string | null
  readonly warning: Warning | null
  readonly published: Published | null
  readonly thumbnail_error: string | null
  readonly upload_time: string | null
  readonly modification: string | null
  readonly last_modified: string | null
  /** When the destination last showed a modification, or one was given up. */
  readonly updated_at: string | null
  readonly orphans: readonly Orphan[]
}

/** All that a new beginning wipes away: nobody works on it, nothing is wrong, nothing is published. */
export const unbegun = {
  attempt: null,
  reconcile: null,
  attempts: 0,
  attempts_limit: 0,
  not_before: null,
  error: null,
  warning: null,
  published: null,
  thumbnail_error: null,
  upload_time: null,
  modification: null,
  last_modified: null,
  updated_at: null,
} as const

/** The context of a video that was just created. */
export const created = (id: string, source: Source, external_id?: string): VideoContext => ({
  id,
  ...(external_id !== undefined && { external_id }),
  source,
  edit: {},
  editor: null,
  edit_time: null,
  ...unbegun,
  orphans: [],
})

/** The attempt whose word counts now: the node that asks the destination, else the node that claimed and lives. */
export const holder = ({ attempt, reconcile }: VideoContext): string | null =>
  reconcile?.id ?? (attempt && !attempt.lost ? attempt.id : null)
