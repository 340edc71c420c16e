/**
 * How a node gets an event into the log (src/log/act.ts, src/effects/persist.ts): it reads, asks the chart, and appends on the
 * version that it has read. Whatever comes between makes a Conflict, after which it decides anew: so the decision and the append
 * are one step here. Where the connection fails the append may have gone in, or may still go in, on that version alone.
 */
import { type Chart, type Told, toldBefore } from './chart.js'
import { appended, type Move, nodeOf, type Sent, type Thread, withThread, type World } from './world.js'

export interface Saying {
  /** As it says it. */
  readonly thread: Thread
  readonly event: Told
  /** The attempt whose session goes in with it. */
  readonly session?: number
  /** How long a failing connection is waited out: not at all, for a while, or until it is back. */
  readonly patience: 'none' | 'some' | 'endless'
  /** Where the append is known to be in, where the chart refuses it, and where the connection is not waited for any longer. */
  readonly onIn: Thread
  readonly onRefused: Thread
  readonly onGivenUp: Thread
}

export function* say(chart: Chart, world: World, me: number, saying: Saying): Generator<Move> {
  const { thread, event, patience, session = null, onIn, onRefused, onGivenUp } = saying
  const who = nodeOf(me)
  const { key } = event
  const go = (does: string, to: Thread, from = world): Move => ({
    who,
    does,
    kind: 'step',
    to: withThread(from, me, to),
  })
  const unasked = { ...world, landed: world.landed.filter((one) => one !== key) }
  if (thread.again && patience !== 'endless') yield go(`waits no longer for ${key}`, onGivenUp, unasked)
  if (thread.again && world.landed.includes(key)) return yield go(`finds ${key} in the log`, onIn, unasked)
  if (thread.again && patience === 'none') return
  const video = decided(chart, world, saying)
  if (video === null) return yield go(`is refused ${key}`, onRefused)
  yield go(`appends ${key}`, onIn, appended(world, video, event, session))
  if (!mayStill(world, 'loss')) return
  const again = { ...thread, again: true }
  const landed = appended({ ...world, landed: [...world.landed, key] }, video, event, session)
  yield { ...go(`appends ${key}, but the answer is lost`, again, spent(landed, 'loss')), kind: 'fault' }
  const late = underWay(world, { key, session })
  yield { ...go(`loses the connection with ${key} on its way`, again, spent(late, 'loss')), kind: 'fault' }
}

const underWay = (world: World, sent: Sent): World => ({ ...world, wire: [...world.wire, sent] })

/** The world in which the event is on its way, whatever becomes of who said it; null where the chart would not take it. */
export function leftBehind(chart: Chart, world: World, saying: Saying): World | null {
  const { event, session = null } = saying
  if (world.landed.includes(event.key) || decided(chart, world, saying) === null) return null
  return underWay(world, { key: event.key, session })
}

/** Where it leads now. A claim is of the version that the video was found in. */
function decided(chart: Chart, world: World, { thread, event }: Saying): number | null {
  const isTooLate = event.event.type === 'Claimed' && world.uploads.length > thread.attempt
  return isTooLate ? null : chart.decide(world.video, event)
}

/** Appends that nobody waits for any more go in, or never do. */
export function* lateAppends(chart: Chart, world: World): Generator<Move> {
  for (const sent of world.wire) {
    const { key, session } = sent
    const event = toldBefore(key)
    const video = chart.decide(world.video, event)
    if (video === null) throw new Error(`${key} was decided on what is no more`)
    const who = 'the database'
    const isAwaited = world.threads.some(({ again }) => again)
    const noted = isAwaited ? { ...world, landed: [...world.landed, key] } : world
    const to = appended(noted, video, event, session)
    yield { who, does: `appends ${key}, which nobody waits for any more`, kind: 'step', to }
    yield {
      who,
      does: `never gets ${key}`,
      kind: 'step',
      to: { ...world, wire: world.wire.filter((one) => one !== sent) },
    }
  }
}

/** An event that goes in at once, whoever says it. */
export function* happens(
  chart: Chart,
  world: World,
  event: Told,
  why: string,
  kind: Move['kind'] = 'step',
): Generator<Move> {
  const video = chart.decide(world.video, event)
  if (video === null) return
  const does = `appends ${event.key}`
  yield { who: event.event.node ?? '', does, why, kind, to: appended(world, video, event, null) }
}

/** One of the things has happened that may happen so often. */
export function spent(world: World, what: keyof World['budget']): World {
  const { budget } = world
  return { ...world, budget: { ...budget, [what]: budget[what] - 1, all: budget.all - 1 } }
}

export const mayStill = ({ budget }: World, what: keyof World['budget']): boolean => budget[what] > 0 && budget.all > 0
