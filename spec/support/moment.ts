/** A moment of the stream as it is entered, and the edit that an editor makes of it. */
import type { Edit } from '../../machines/edit.js'
import type { DataOf } from '../../machines/events.js'

export const source: DataOf<'Created'>['source'] = {
  sheet_name: '',
  event_start: null,
  event_end: null,
  category: '',
  description: 'The raffle',
  submitter_winner: '',
  notes: '',
  poster_moment: false,
  image_links: [],
  tags: ['raffle'],
}

export const edit: Edit = {
  video_title: 'The raffle',
  video_description: 'Who wins the quilt',
  video_tags: ['raffle', 'day 1'],
  public: true,
  thumbnail_mode: 'NONE',
  thumbnail_time: null,
  thumbnail_template: null,
  thumbnail_image: null,
  thumbnail_crop: null,
  thumbnail_location: [0, 0, 640, 360],
  upload_location: 'local',
  video_ranges: [
    ['2026-01-31T18:00:10.000Z', '2026-01-31T18:00:20.500Z'],
    ['2026-01-31T18:01:00.000Z', '2026-01-31T18:01:05.000Z'],
  ],
  video_transitions: [null],
  video_channel: 'main',
  video_quality: 'source',
  allow_holes: false,
  uploader_whitelist: null,
}
