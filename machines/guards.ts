/** The chart's conditions: pure, named, and each about one thing. Time is the event's own. */
import { instantMs } from './codecs.js'
import { holder, type VideoContext } from './context.js'
import type { VideoEvent } from './events.js'

interface Now {
  readonly context: VideoContext
  readonly event: VideoEvent
}

const attemptOf = (event: VideoEvent): string | null => ('attempt' in event.data ? event.data.attempt : null)

/** The event is of the attempt that is under way. */
export const holds = ({ context, event }: Now): boolean =>
  attemptOf(event) !== null && attemptOf(event) === holder(context)

/** The event is about the very upload that may have been published, whoever found out. */
export const ofThisUpload = ({ context, event }: Now): boolean =>
  attemptOf(event) !== null && [context.attempt?.id, context.reconcile?.id].includes(attemptOf(event) ?? undefined)

export const opened = ({ context }: Now): boolean => context.attempt?.opened === true

/** Finalizing had begun, but the node knows that nothing was published. */
export const proven = ({ event }: Now): boolean => 'proof' in event.data && event.data.proof !== null

/** This attempt counts and is the last one that the location allows. */
export const exhausted = ({ context, event }: Now): boolean =>
  (event.type === 'NodeLost' || (event.type === 'Released' && event.data.counts)) &&
  context.attempts + 1 >= context.attempts_limit

export const due = ({ context, event }: Now): boolean =>
  context.not_before === null || instantMs(event.at) >= instantMs(context.not_before)

export const nodeAllowed = ({ context, event }: Now): boolean =>
  event.node !== null && (context.edit.uploader_whitelist ?? [event.node]).includes(event.node)

export const waitsForTime = ({ context }: Now): boolean => context.not_before !== null

export const nobodyTried = ({ event }: Now): boolean => event.type === 'Failed' && event.data.attempt === null

export const locationIsManual = ({ context, event }: Now): boolean =>
  event.type === 'ManualLinked' &&
  event.data.location_is_manual &&
  event.data.upload_location === context.edit.upload_location

export const unaskedYet = ({ context, event }: Now): boolean =>
  event.type === 'ReconcileClaimed' && context.attempt?.id === event.data.attempt && context.reconcile === null

export const forced = ({ event }: Now): boolean => event.type === 'Reset' && event.data.force

/** The event is about the publication that this video stands for. */
export const ofThisPublication = ({ context, event }: Now): boolean =>
  'video_id' in event.data && event.data.video_id !== null && event.data.video_id === context.published?.video_id

export const hasPublishedId = ({ context }: Now): boolean => typeof context.published?.video_id === 'string'

/** The event is about the newest modification, not about an older one that came late. */
export const ofThisModification = ({ context, event }: Now): boolean =>
  'modification' in event.data && event.data.modification !== null && event.data.modification === context.modification

export const namesModification = ({ event }: Now): boolean =>
  event.type === 'Retried' && typeof event.data.modification === 'string'

export const triedAgain = ({ event }: Now): boolean => event.type === 'UpdateFailed' && event.data.not_before !== null

export const processing = ({ event }: Now): boolean => 'processing' in event.data && event.data.processing

export const thumbnailFailed = ({ context }: Now): boolean => context.thumbnail_error !== null

export const saysSomethingNew = ({ context: { warning }, event }: Now): boolean =>
  event.type === 'Warned' &&
  (event.data.kind !== warning?.kind || (event.node === warning.node && event.data.message !== warning.message))

export const unknownOrphan = ({ context, event }: Now): boolean =>
  event.type === 'OrphanFound' &&
  event.data.video_id !== context.published?.video_id &&
  !context.orphans.some(({ video_id }) => video_id === event.data.video_id)

export const isOrphan = ({ context, event }: Now): boolean =>
  'orphan' in event.data && context.orphans.some(({ id }) => id === ('orphan' in event.data ? event.data.orphan : ''))

/** What was left behind by the attempt may have been published, or not: nobody has seen it end. */
export const leftOpen = ({ context, event }: Now): boolean =>
  context.orphans.some(({ attempt, video_id }) => video_id === null && attempt === attemptOf(event))

/** An open session is no video yet, so it can't become this one. */
export const adoptable = ({ context, event }: Now): boolean =>
  event.type === 'OrphanAdopted' &&
  context.orphans.some(({ id, video_id }) => id === event.data.orphan && video_id !== null)

export const claimable = (now: Now): boolean => due(now) && nodeAllowed(now)
export const holdsAndOpened = (now: Now): boolean => holds(now) && opened(now)
export const holdsButExhausted = (now: Now): boolean => holds(now) && exhausted(now)
export const holdsAndProves = (now: Now): boolean => holds(now) && proven(now)
export const provesButExhausted = (now: Now): boolean => holdsAndProves(now) && exhausted(now)
export const uploadedAndProcessing = (now: Now): boolean => ofThisUpload(now) && processing(now)
export const playableWithoutThumbnail = (now: Now): boolean => ofThisPublication(now) && thumbnailFailed(now)
export const triedAgainLater = (now: Now): boolean => ofThisModification(now) && triedAgain(now)
export const adoptedAndProcessing = (now: Now): boolean => adoptable(now) && processing(now)
