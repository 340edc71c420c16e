/** The states that wubloader's clients know, for those that they don't. The real one stands beside it, as `reelstate_state`. */
import type { VideoContext } from '../../../machines/context.js'
import { video } from '../../../machines/video.js'

const shownAs: Readonly<Record<string, string>> = {
  FAILED: 'UNEDITED',
  UNCERTAIN: 'FINALIZING',
  REJECTED: 'TRANSCODING',
  OUT_OF_SYNC: 'MODIFIED',
}

export const wubloaderState = (state: string): string => shownAs[state] ?? state

/** What a person should look at. An error state always has one: that is how these clients see it. */
export function shownError(state: string, { error, warning }: Pick<VideoContext, 'error' | 'warning'>): string | null {
  const text = error || warning?.message || null
  if (text !== null || shownAs[state] === undefined) return text
  const said = Object.entries(video.states).find(([name]) => name === state)?.[1].description
  return said ?? state
}
