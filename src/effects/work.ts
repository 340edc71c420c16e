/** One claim's work: what is cut, where it goes, and what may stop it. */
import type { VideoContext } from '../../machines/context.js'
import type { CutProgress } from '../cut/cut.js'
import type { Db } from '../log/database.js'
import type { Location, Surroundings } from './location.js'

export interface Work {
  readonly db: Db
  readonly around: Surroundings
  readonly location: Location
  /** The video as it was claimed. */
  readonly video: VideoContext
  readonly attempt: string
  /** Aborted with the reason 'cancelled' (the attempt is over) or 'shutdown' (the node is). */
  readonly signal: AbortSignal
  readonly onProgress: (progress: CutProgress) => void
}

/**
 * How the work ended, for the loop that started it; the log has the details. `later`: the video may be published, and its destination
 * could not tell yet; it is asked again while the attempt stays this node's.
 */
export type Ended = 'published' | 'released' | 'failed' | 'uncertain' | 'over' | 'later'
