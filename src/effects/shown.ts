/** What viewers shall see of a video, as its edit and its location have it. */
import type { Draft } from '../../machines/edit.js'
import type { OfferedLocation } from '../log/nodes.js'
import type { Shown } from '../upload/backend.js'

export const shownOf = (edit: Draft, location: Pick<OfferedLocation, 'unlisted_only' | 'tags'>): Shown => ({
  title: edit.video_title ?? '',
  description: edit.video_description ?? '',
  tags: [...new Set([...(edit.video_tags ?? []), ...(location.tags ?? [])])],
  public: (edit.public ?? true) && location.unlisted_only !== true,
})
