/** What has become of a video's edit since somebody began to work on it. */
import type { Row } from '../answers.js'

export interface Difference {
  readonly field: string
  readonly was: unknown
  readonly is: unknown
}

/** What an edit says, by its column. What nodes and the schedule change is no matter of the editor. */
const columns: Readonly<Record<string, string>> = {
  video_ranges: 'ranges',
  video_transitions: 'transitions',
  video_title: 'title',
  video_description: 'description',
  video_tags: 'tags',
  video_channel: 'channel',
  video_quality: 'quality',
  upload_location: 'location',
  public: 'public',
  allow_holes: 'holes allowed',
  uploader_whitelist: 'nodes',
  thumbnail_mode: 'thumbnail',
  thumbnail_time: 'picture of the thumbnail',
  thumbnail_template: 'template',
  thumbnail_image: 'image of the thumbnail',
}

export const differences = (was: Row | null, is: Row | null): Difference[] =>
  was === null || is === null
    ? []
    : Object.entries(columns)
        .filter(([name]) => JSON.stringify(was[name] ?? null) !== JSON.stringify(is[name] ?? null))
        .map(([name, field]) => ({ field, was: was[name], is: is[name] }))

export const versionOf = (row: Row | null): number => Number(row?.['version'] ?? 0)
