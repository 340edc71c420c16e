/** For each kind of event one that fits the video as well as any could, so that `can` tells what is possible now. */
import { holder, type VideoContext } from './context.js'
import type { Edit } from './edit.js'
import { type DataOf, event, type EventType, type VideoEvent } from './events.js'

export function candidate<T extends EventType>(type: T, context: VideoContext, at: string): VideoEvent {
  const node = context.edit.uploader_whitelist?.[0] ?? context.attempt?.node ?? 'any node'
  return event(type, candidateData(context)[type](), { at, actor: null, node, cause: null })
}

const noHash = '0'.repeat(64)

function candidateData(context: VideoContext): { [T in EventType]: () => DataOf<T> } {
  const attempt = holder(context) ?? context.attempt?.id ?? 'none'
  const video_id = context.published?.video_id ?? 'none'
  const modification = context.modification ?? 'new'
  const orphan = context.orphans[0]?.id ?? 'none'
  const link = { video_id: 'new', video_link: 'new', processing: false }
  const edit: Edit = {
    video_title: 'title',
    video_description: '',
    video_tags: [],
    public: true,
    thumbnail_mode: 'NONE',
    thumbnail_time: null,
    thumbnail_template: null,
    thumbnail_image: null,
    thumbnail_crop: null,
    thumbnail_location: null,
    upload_location: 'location',
    video_ranges: [],
    video_transitions: [],
    video_channel: 'channel',
    video_quality: 'source',
    allow_holes: false,
    uploader_whitelist: null,
  }
  return {
    Created: () => ({ source: context.source }),
    SourceChanged: () => ({ source: {} }),
    DraftSaved: () => ({ edit: {} }),
    Edited: () => ({ edit }),
    ManualLinked: () => ({
      video_link: 'link',
      video_id: null,
      upload_location: context.edit.upload_location ?? 'manual',
      // whether the location is a manual one is not known here, so it is not promised
      location_is_manual: false,
    }),
    Claimed: () => ({ attempt: 'new', attempts_limit: 1, why: null }),
    UploadOpened: () => ({ attempt, destination: null }),
    FinalizeStarted: () => ({ attempt, bytes: 1, receipt: null }),
    Uploaded: () => ({ attempt: context.attempt?.id ?? 'none', ...link }),
    Released: () => ({ attempt, cause: '', counts: false, not_before: null, proof: 'proof' }),
    Failed: () => ({ attempt: context.attempt ? attempt : null, cause: '', proof: 'proof' }),
    FinalizeUnknown: () => ({ attempt, cause: '' }),
    NodeLost: () => ({ attempt, lost: context.attempt?.node ?? 'none', cause: '' }),
    ReconcileClaimed: () => ({ attempt: context.attempt?.id ?? 'none', reconcile: 'new' }),
    Processed: () => ({ video_id }),
    Rejected: () => ({ video_id, cause: '' }),
    ThumbnailMade: () => ({ attempt, image: noHash, inputs: noHash }),
    ThumbnailSet: () => ({ video_id, image: noHash, inputs: noHash }),
    ThumbnailFailed: () => ({ video_id, cause: '' }),
    Modified: () => ({ modification: 'new', edit: {} }),
    Updated: () => ({ video_id, modification }),
    UpdateFailed: () => ({ video_id, modification, cause: '', not_before: null }),
    ModificationDropped: () => ({}),
    Reset: () => ({ force: true, reason: null }),
    Retried: () => ({ modification }),
    ResolvedUploaded: () => link,
    ResolvedAbsent: () => ({ reason: null }),
    Warned: () => ({ kind: 'no_node', message: `not ${context.warning?.message ?? ''}` }),
    OrphanFound: () => ({ attempt: 'old', upload_location: 'location', video_id: 'new', video_link: 'new' }),
    OrphanAborted: () => ({
      attempt: context.orphans.find((o) => o.video_id === null && o.attempt !== null)?.attempt ?? 'none',
      proof: 'proof',
    }),
    OrphanUnlisted: () => ({ orphan }),
    OrphanAdopted: () => ({
      orphan: context.orphans.find((o) => o.video_id !== null)?.id ?? 'none',
      processing: false,
    }),
    OrphanDismissed: () => ({ orphan, reason: null }),
  }
}
