/** What each event changes of a video's context, whatever the state it leads to. The chart alone decides whether it is taken. */
import { type Attempt, type Orphan, type Published, unbegun, type VideoContext } from './context.js'
import type { Draft, Modification } from './edit.js'
import type { VideoEvent } from './events.js'

export function evolve(now: VideoContext, event: VideoEvent): VideoContext {
  const { at } = event
  switch (event.type) {
    case 'Created':
      return now
    case 'SourceChanged':
      return { ...now, source: { ...now.source, ...event.data.source } }
    case 'DraftSaved':
      return { ...begunAnew(now), edit: { ...now.edit, ...event.data.edit }, editor: event.actor, edit_time: at }
    case 'Edited':
      return { ...begunAnew(now), edit: event.data.edit, editor: event.actor, edit_time: at }
    case 'ManualLinked': {
      const edit: Draft = { ...now.edit, upload_location: event.data.upload_location, thumbnail_mode: 'NONE' }
      const published = publication(
        { ...now, edit },
        event.data.video_id,
        event.data.video_link,
        event.data.upload_location,
      )
      return { ...begunAnew(now), edit, editor: event.actor, edit_time: at, upload_time: at, published }
    }
    case 'Claimed': {
      const attempt: Attempt = {
        id: event.data.attempt,
        node: event.node ?? '',
        claimed_at: at,
        upload_location: now.edit.upload_location ?? '',
        destination: null,
        opened: false,
        bytes: null,
        thumbnail: null,
        lost: false,
      }
      return {
        ...now,
        attempt,
        reconcile: null,
        attempts_limit: event.data.attempts_limit,
        not_before: null,
        error: null,
        warning: null,
      }
    }
    case 'UploadOpened':
      return { ...now, attempt: now.attempt && { ...now.attempt, opened: true, destination: event.data.destination } }
    case 'ThumbnailMade': {
      const { image, inputs } = event.data
      return { ...now, attempt: now.attempt && { ...now.attempt, thumbnail: { image, inputs } } }
    }
    case 'ThumbnailSet': {
      const { image, inputs } = event.data
      return {
        ...now,
        published: now.published && { ...now.published, thumbnail: { image, inputs } },
        thumbnail_error: null,
      }
    }
    case 'FinalizeStarted':
      return { ...now, attempt: now.attempt && { ...now.attempt, bytes: event.data.bytes } }
    case 'Uploaded':
    case 'ResolvedUploaded': {
      const { video_id, video_link, processing } = event.data
      const location = now.attempt?.upload_location ?? now.edit.upload_location ?? ''
      return {
        ...now,
        // where publishing again replaces, what was left behind is this now
        orphans: now.orphans.filter(({ id }) => id !== video_id),
        published: publication(now, video_id, video_link, location),
        reconcile: null,
        error: null,
        upload_time: processing ? null : at,
      }
    }
    case 'Released':
      return {
        ...now,
        attempt: null,
        reconcile: null,
        attempts: now.attempts + (event.data.counts ? 1 : 0),
        not_before: event.data.not_before,
        error: event.data.cause,
      }
    case 'Failed':
      return {
        ...now,
        attempt: now.attempt && { ...now.attempt, opened: false, bytes: null, lost: true },
        reconcile: null,
        error: event.data.cause,
        warning: null,
      }
    case 'FinalizeUnknown':
      return { ...now, reconcile: null, error: event.data.cause }
    case 'NodeLost':
      return lose(now, event.data.attempt, event.data.cause)
    case 'ReconcileClaimed':
      return { ...now, reconcile: { id: event.data.reconcile, node: event.node ?? '' } }
    case 'Processed':
      return { ...now, upload_time: at, error: now.thumbnail_error }
    case 'Rejected':
      return { ...now, error: event.data.cause, not_before: null }
    case 'ThumbnailFailed':
      return { ...now, thumbnail_error: event.data.cause, error: event.data.cause }
    case 'Modified':
      return {
        ...now,
        edit: { ...now.edit, ...event.data.edit },
        modification: event.data.modification,
        last_modified: at,
        error: null,
        thumbnail_error: null,
        not_before: null,
      }
    case 'Updated':
      return {
        ...now,
        published: now.published && { ...now.published, shows: modifiable(now.edit) },
        modification: null,
        updated_at: at,
        error: null,
        not_before: null,
      }
    case 'UpdateFailed':
      return { ...now, error: event.data.cause, not_before: event.data.not_before }
    case 'ModificationDropped':
      return {
        ...now,
        edit: { ...now.edit, ...now.published?.shows },
        modification: null,
        // it may have been applied in part: as after an update, what the destination shows is looked at
        updated_at: at,
        error: null,
        thumbnail_error: null,
        not_before: null,
      }
    case 'Reset':
      return { ...begunAnew(now), editor: null, edit_time: null }
    case 'Retried':
      return {
        ...now,
        attempts: 0,
        not_before: null,
        error: null,
        modification: event.data.modification ?? now.modification,
      }
    case 'ResolvedAbsent':
      return { ...now, attempt: null, reconcile: null, error: null }
    case 'Warned':
      return { ...now, warning: { ...event.data, node: event.node } }
    case 'OrphanFound': {
      const { attempt, upload_location, video_id, video_link } = event.data
      const others = now.orphans.filter(({ id }) => id !== sessionOrphan(attempt))
      return {
        ...now,
        orphans: [...others, { id: video_id, upload_location, video_id, video_link, attempt, since: at }],
      }
    }
    case 'OrphanAborted':
      return { ...now, orphans: now.orphans.filter(({ id }) => id !== sessionOrphan(event.data.attempt)) }
    case 'OrphanUnlisted':
    case 'OrphanDismissed':
      return { ...now, orphans: now.orphans.filter(({ id }) => id !== event.data.orphan) }
    case 'OrphanAdopted': {
      const orphan = now.orphans.find(({ id }) => id === event.data.orphan)
      if (!orphan?.video_link) return now
      const published = publication(now, orphan.video_id, orphan.video_link, orphan.upload_location)
      const orphans = now.orphans.filter(({ id }) => id !== orphan.id)
      return { ...begunAnew(now), orphans, published, upload_time: event.data.processing ? null : at }
    }
  }
}

/**
 * The slate wiped for a new beginning: no attempt, no error, no count. What is or may be published under the old one is
 * never forgotten: it becomes an orphan.
 */
const begunAnew = (now: VideoContext): VideoContext => ({
  ...now,
  ...unbegun,
  orphans: [...now.orphans, ...leftBehind(now)],
})

const sessionOrphan = (attempt: string): string => `attempt/${attempt}`

function leftBehind({ published, attempt, edit_time }: VideoContext): Orphan[] {
  if (published) {
    const { video_id, video_link, upload_location } = published
    return [
      {
        id: video_id ?? video_link,
        upload_location,
        video_id,
        video_link,
        attempt: attempt?.id ?? null,
        since: attempt?.claimed_at ?? edit_time ?? '',
      },
    ]
  }
  // before FinalizeStarted the last byte is held back, so there is nothing that could be published
  if (!attempt || attempt.bytes === null) return []
  return [
    {
      id: sessionOrphan(attempt.id),
      upload_location: attempt.upload_location,
      video_id: null,
      video_link: null,
      attempt: attempt.id,
      since: attempt.claimed_at,
    },
  ]
}

function lose(now: VideoContext, attempt: string, cause: string): VideoContext {
  const counted = { ...now, attempts: now.attempts + 1, error: cause }
  if (now.reconcile?.id === attempt) return { ...counted, reconcile: null }
  if (now.attempt?.bytes === null) return { ...counted, attempt: null }
  return { ...counted, attempt: now.attempt && { ...now.attempt, lost: true } }
}

const publication = (
  now: VideoContext,
  video_id: string | null,
  video_link: string,
  upload_location: string,
): Published => ({
  video_id,
  video_link,
  upload_location,
  shows: modifiable(now.edit),
  thumbnail: null,
})

/** The part of an edit that a published video shows. */
function modifiable(edit: Draft): Modification {
  const {
    upload_location,
    video_ranges,
    video_transitions,
    video_channel,
    video_quality,
    allow_holes,
    uploader_whitelist,
    ...rest
  } = edit
  void [upload_location, video_ranges, video_transitions, video_channel, video_quality, allow_holes, uploader_whitelist]
  return rest
}
