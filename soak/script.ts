/** What shall happen in a run: drawn from the seed and the run's number before anything happens, so that it can be played again. */
import type { EventType } from '../machines/events.js'
import { Dice } from './dice.js'
import { locationNames, type LocationName } from './locations.js'

export const nodeNames = ['node-a', 'node-b', 'node-c'] as const
export type NodeName = (typeof nodeNames)[number]

/** What leads from a node to the others, or `others`: from them to it. */
export type LineTo = 'database' | 'destination' | 'others'

/** `who`: the node that the moment is about. */
export type Target = NodeName | 'who'

/** What the destination is asked. */
export const requests = [
  'token',
  'open',
  'chunk',
  'last chunk',
  'how far',
  'cancel',
  'list',
  'update',
  'thumbnail',
] as const
export type Request = (typeof requests)[number]

export type Moment =
  /** Since the first edit was accepted. */
  | { readonly at: 'time'; readonly ms: number }
  /** As the log shows it. */
  | { readonly at: 'event'; readonly type: EventType; readonly skip: number }
  /** While the database holds it back: it is committed afterwards, or never. */
  | { readonly at: 'commit'; readonly type: EventType; readonly committed: boolean }
  /** As the destination gets it; or once it is done, before the answer. */
  | { readonly at: 'request'; readonly request: Request; readonly skip: number; readonly done: boolean }

export type Harm =
  /** kill -9; started again after so long, or only as the faults end. */
  | { readonly kind: 'kill'; readonly node: Target; readonly backMs: number | null }
  /** SIGTERM. */
  | { readonly kind: 'end'; readonly node: Target; readonly backMs: number }
  /** SIGSTOP, and SIGCONT. */
  | { readonly kind: 'freeze'; readonly node: Target; readonly forMs: number }
  | {
      readonly kind: 'line'
      readonly node: Target
      readonly to: LineTo
      readonly how: 'delay' | 'drop' | 'half-open' | 'shut'
      readonly forMs: number
      readonly delayMs: number
    }
  | { readonly kind: 'notifications lost'; readonly node: Target; readonly forMs: number }
  | { readonly kind: 'database'; readonly how: 'kill -9' | 'restart' | 'stop at once' }
  /** Of a node's own clock, or the database's, on which all times of the log are. */
  | { readonly kind: 'clock'; readonly of: Target | 'database'; readonly bySeconds: number }
  | { readonly kind: 'disk full'; readonly forMs: number }
  /** So many of a hundred calls fail, in every way that the simulator knows. */
  | { readonly kind: 'destination fails'; readonly percent: number; readonly forMs: number }
  | { readonly kind: 'sessions expire' | 'tokens expire' | 'answers lost' }
  | { readonly kind: 'processing refused' }

export interface Fault {
  readonly when: Moment
  readonly harm: Harm
}

export interface VideoPlan {
  readonly location: LocationName
  /** Since the first edit was accepted. */
  readonly atMs: number
  readonly ranges: readonly FrameRange[]
  readonly only: readonly NodeName[] | null
  /** Its first picture shall be shown for it. */
  readonly illustrated: boolean
}

/** Numbers of pictures: the first, and the first that is left out. */
export type FrameRange = readonly [from: number, until: number]

export const deeds = [
  'edit again',
  'save a draft',
  'cancel',
  'reset by force',
  'modify',
  'give the modification up',
  'retry',
  'resolve',
  'change the schedule',
  'pause the location',
  'resume the location',
  'see to an orphan',
] as const
export type Deed = (typeof deeds)[number]

export interface Act {
  readonly when: Extract<Moment, { at: 'time' | 'event' }>
  /** Which of the videos, where it is not the one that the moment is about. */
  readonly video: number
  readonly deed: Deed
  readonly ranges: readonly FrameRange[]
  /** What else of it is chance. */
  readonly dice: number
}

export interface Script {
  readonly seed: number
  readonly run: number
  readonly videos: readonly VideoPlan[]
  readonly acts: readonly Act[]
  readonly faults: readonly Fault[]
  /** How long people and faults go on; in milliseconds. */
  readonly lastsMs: number
  /** So long nothing happens once all is at rest: whoever waits for an answer that never comes gives up meanwhile, and goes on. */
  readonly lingersMs: number
}

const LASTS_MS = 2_600
/** Longer than a question to the database, or a request to the destination, is waited for: a minute, ten times as fast. */
const LINGERS_MS = 6_500
/** So long a node has to be frozen for the others to give it up, and to have gone on with what it had, ten times as fast. */
const GIVEN_UP_MS = [3_000, 4_600] as const
/** Of the footage: 25 pictures a second. */
const FRAMES = 590

export interface Possible {
  readonly smallDisk: boolean
}

export function scriptOf(seed: number, run: number, { smallDisk }: Possible): Script {
  const dice = new Dice(seed, run)
  const videos = Array.from({ length: dice.whole(3, 6) }, () => videoPlan(dice))
  const acts = Array.from({ length: dice.whole(3, 9) }, () => deed(dice, videos.length))
  const faults = Array.from({ length: dice.whole(2, 8) }, () => (dice.chance(0.12) ? zombie(dice) : fault(dice)))
  const lingersMs = dice.chance(0.12) ? LINGERS_MS : 0
  // the same chances on every machine
  const elsewhere = (video: VideoPlan): VideoPlan =>
    video.location === 'small' && !smallDisk ? { ...video, location: 'shelf' } : video
  return {
    seed,
    run,
    videos: videos.map(elsewhere),
    acts,
    faults: faults.filter(({ harm }) => harm.kind !== 'disk full' || smallDisk),
    lastsMs: LASTS_MS,
    lingersMs,
  }
}

function videoPlan(dice: Dice): VideoPlan {
  return {
    location: dice.weighed(locationNames.map((name) => [name === 'tube' ? 4 : 1, name] as const)),
    atMs: dice.chance(0.5) ? 0 : dice.whole(0, LASTS_MS / 2),
    ranges: frameRanges(dice),
    only: dice.chance(0.1) ? [dice.pick(nodeNames)] : null,
    illustrated: dice.chance(0.25),
  }
}

/** Anything at any time; or what hurts most as something has just happened to the video. */
function deed(dice: Dice, videos: number): Act {
  const rest = { video: dice.whole(0, videos - 1), ranges: frameRanges(dice), dice: dice.seed() }
  if (dice.chance(0.5))
    return { when: { at: 'time', ms: dice.whole(50, LASTS_MS) }, deed: dice.weighed(weightsOfDeeds), ...rest }
  const [type, possible] = dice.pick(deedsAfter)
  const skip = dice.weighed([
    [4, 0],
    [2, 1],
    [1, 2],
  ])
  return { when: { at: 'event', type, skip }, deed: dice.pick(possible), ...rest }
}

const deedsAfter: readonly (readonly [EventType, readonly Deed[]])[] = [
  ['Claimed', ['edit again', 'cancel', 'save a draft', 'reset by force']],
  ['UploadOpened', ['edit again', 'cancel', 'reset by force', 'change the schedule']],
  ['FinalizeStarted', ['reset by force', 'reset by force', 'edit again', 'change the schedule']],
  ['Uploaded', ['reset by force', 'modify', 'change the schedule']],
  ['Processed', ['modify', 'reset by force']],
  ['Released', ['retry', 'edit again', 'cancel']],
  ['NodeLost', ['edit again', 'reset by force', 'retry']],
  ['Updated', ['modify', 'reset by force']],
  ['OrphanFound', ['see to an orphan', 'edit again']],
]

export const frameRanges = (dice: Dice): FrameRange[] =>
  Array.from({ length: dice.chance(0.2) ? 2 : 1 }, () => {
    const from = dice.whole(0, FRAMES - 100)
    return [from, from + dice.whole(20, 90)]
  })

const weightsOfDeeds: readonly (readonly [number, Deed])[] = [
  [4, 'edit again'],
  [1, 'save a draft'],
  [4, 'cancel'],
  [2, 'reset by force'],
  [4, 'modify'],
  [1, 'give the modification up'],
  [3, 'retry'],
  [2, 'resolve'],
  [3, 'change the schedule'],
  [1, 'pause the location'],
  [2, 'resume the location'],
  [2, 'see to an orphan'],
]

function fault(dice: Dice): Fault {
  const harm = harmOf(dice)
  return { when: moment(dice, harm), harm }
}

/** A node that is given up in the middle, and wakes up: the others have gone on with what it had. */
function zombie(dice: Dice): Fault {
  const commit = (type: EventType): Moment => ({ at: 'commit', type, committed: true })
  const when = dice.weighed<Moment>([
    [5, commit('FinalizeStarted')],
    [2, commit('UploadOpened')],
    [1, commit('Claimed')],
    [2, { at: 'request', request: 'last chunk', skip: 0, done: dice.chance(0.5) }],
  ])
  return { when, harm: { kind: 'freeze', node: 'who', forMs: dice.whole(...GIVEN_UP_MS) } }
}

function moment(dice: Dice, harm: Harm): Moment {
  const hitsWho = ('node' in harm && harm.node === 'who') || ('of' in harm && harm.of === 'who')
  const skip = dice.weighed([
    [5, 0],
    [3, 1],
    [1, 3],
  ])
  const onEvent = dice.pick(['Claimed', 'UploadOpened', 'FinalizeStarted', 'Uploaded', 'ReconcileClaimed'] as const)
  const commit: Moment = {
    at: 'commit',
    type: dice.pick(['Claimed', 'UploadOpened', 'FinalizeStarted', 'FinalizeStarted', 'Uploaded', 'Released'] as const),
    committed: dice.chance(0.7),
  }
  const request: Moment = {
    at: 'request',
    request: dice.pick([...requests, 'last chunk', 'last chunk']),
    skip,
    done: dice.chance(0.5),
  }
  return dice.weighed<Moment>([
    [hitsWho ? 0 : 4, { at: 'time', ms: dice.whole(0, LASTS_MS) }],
    [3, { at: 'event', type: onEvent, skip }],
    [hitsWho ? 4 : 1, commit],
    [3, request],
  ])
}

function harmOf(dice: Dice): Harm {
  const node: Target = dice.chance(0.7) ? 'who' : dice.pick(nodeNames)
  const forMs = dice.whole(50, 1_800)
  const to = dice.pick(['database', 'database', 'destination', 'destination', 'others'] as const)
  const how = dice.pick(['delay', 'drop', 'half-open', 'shut'] as const)
  const bySeconds = dice.pick([-86_400, -3_600, -30, -5, 5, 30, 3_600, 86_400])
  return dice.weighed<Harm>([
    [5, { kind: 'kill', node, backMs: dice.chance(0.3) ? null : dice.whole(0, 600) }],
    [3, { kind: 'freeze', node, forMs: dice.chance(0.2) ? dice.whole(...GIVEN_UP_MS) : forMs }],
    [2, { kind: 'end', node, backMs: dice.whole(0, 400) }],
    [5, { kind: 'line', node, to, how, forMs, delayMs: dice.whole(20, 600) }],
    [2, { kind: 'notifications lost', node, forMs: dice.whole(500, 3_000) }],
    [2, { kind: 'database', how: dice.pick(['kill -9', 'restart', 'stop at once'] as const) }],
    [1, { kind: 'clock', of: node, bySeconds }],
    // its server is set right by as much as such things are off
    [1, { kind: 'clock', of: 'database', bySeconds: dice.pick([-20, -5, -1, 1, 5, 20]) }],
    [1, { kind: 'disk full', forMs }],
    [2, { kind: 'destination fails', percent: dice.whole(5, 40), forMs }],
    [1, { kind: dice.pick(['sessions expire', 'tokens expire', 'answers lost', 'answers lost'] as const) }],
    [1, { kind: 'processing refused' }],
  ])
}
