/** How many videos are in each state, and since when the oldest of them is: asked, for the log before this node's start counts, too. */
import type { Queryable } from '../../log/database.js'
import { secondsInState } from '../../log/ages.js'
import { countsByState } from '../../log/counts.js'
import type { Sample, Sampler } from './sample.js'

const VIDEOS = {
  name: 'reelstate_videos',
  help: 'Videos in each state, in the whole log: every node says the same.',
}
const OLDEST = {
  name: 'reelstate_oldest_video_seconds',
  help: 'For how long the video has been in each state that has been there longest; 0 where there is none.',
}
const TRANSCODING = {
  name: 'videos_transcoding',
  help: 'As wubloader’s cutter has it: videos that destinations are processing.',
}
export const boardFamilies = [VIDEOS, OLDEST, TRANSCODING]

/** @param states of the chart, each of which is always there. */
export const boardGauges =
  (db: Queryable, states: readonly string[]): Sampler =>
  async () => {
    const [counts, ages] = await Promise.all([countsByState(db), secondsInState(db, states)])
    return [
      ...states.map((state): Sample => ({ ...VIDEOS, labels: { state }, value: counts[state] ?? 0 })),
      ...states.map((state): Sample => ({ ...OLDEST, labels: { state }, value: ages[state] ?? 0 })),
      { ...TRANSCODING, labels: {}, value: counts['TRANSCODING'] ?? 0 },
    ]
  }
