/** Which events a node's loops say, and how they go on from each. */
import * as events from './events.js'
import type { Rules } from './protocol.js'
import type { Saying } from './saying.js'
import { at, attemptOf, idle, isCutting, nameOf, nodeOf, type Thread, type World } from './world.js'

/** What the loop is about to append; null where its next step is none of the log's. */
export function sayingAt(rules: Rules, world: World, me: number): Saying | null {
  const now = world.threads[me]
  if (now === undefined) return null
  const begins = isCutting(me) ? claiming(rules, world, me) : reconciling(rules, world)
  const thread = now.step === 'idle' ? begins : now
  const said = thread && saidAt(rules, thread, nodeOf(me), world)
  return thread && said && { thread, ...said }
}

function saidAt(
  { chart, bounds, protocol }: Rules,
  thread: Thread,
  by: string,
  world: World,
): Omit<Saying, 'thread'> | null {
  const { attempt, speaks, cause, ends } = thread
  const inTheEnd = { patience: 'endless', onGivenUp: idle } as const
  const forAWhile = {
    patience: 'some',
    onRefused: concluded(thread, 'over'),
    onGivenUp: concluded(thread, 'away'),
  } as const
  const close = at(thread, 'close', { ends: ends < 0 ? attempt : ends })
  switch (thread.step) {
    case 'Claimed':
      return {
        event: events.claimed(attempt, bounds.limit, by),
        ...inTheEnd,
        onIn: at(thread, 'earlier'),
        onRefused: idle,
      }
    case 'UploadOpened':
      return { event: events.uploadOpened(attempt, by), session: attempt, ...forAWhile, onIn: at(thread, 'send') }
    case 'send':
      if (!protocol.announcesLastBytes) return null
      return { event: events.finalizeStarted(attempt, by), ...forAWhile, onIn: at(thread, 'last bytes') }
    case 'Uploaded':
      return {
        event: events.uploaded(attempt, by),
        ...inTheEnd,
        onIn: close,
        onRefused: protocol.tellsOrphans ? at(thread, 'OrphanFound', { ends: attempt }) : close,
      }
    case 'OrphanFound':
      return { event: events.orphanFound(ends, by), ...inTheEnd, onIn: close, onRefused: close }
    case 'OrphanAborted':
      return { event: events.orphanAborted(ends, by), ...inTheEnd, onIn: close, onRefused: close }
    case 'Released':
    case 'Failed': {
      const released = events.released(speaks, cause === 'retry', null, by)
      return {
        event: cause === 'fail' ? events.failed(speaks, by) : released,
        ...inTheEnd,
        onIn: idle,
        onRefused: idle,
      }
    }
    case 'Released with proof': {
      const { attempts, attempts_limit } = chart.facts(world.video).context
      // whoever asks later: the loss of the node has counted, and past the limit this says so
      const counts = cause === 'retry' || (cause === '' && attempts >= attempts_limit)
      return { event: events.released(speaks, counts, 'confirmed', by), ...inTheEnd, onIn: close, onRefused: idle }
    }
    case 'FinalizeUnknown':
      return { event: events.finalizeUnknown(speaks, by), ...inTheEnd, onIn: idle, onRefused: idle }
    case 'ReconcileClaimed': {
      const onIn = at(thread, 'look', { ends: attempt, then: 'verdict' })
      const event = events.reconcileClaimed(attempt, speaks, by)
      return { event, patience: 'none', onIn, onRefused: idle, onGivenUp: idle }
    }
    default:
      return null
  }
}

export const concluded = (thread: Thread, cause: Thread['cause']): Thread => at(thread, 'conclude', { cause })

/** A video to be claimed. */
function claiming({ chart, bounds }: Rules, world: World, me: number): Thread | null {
  const attempt = world.uploads.length
  // both nodes are alike: A is who is first
  if (attempt >= bounds.attempts || (bounds.reduced && attempt === 0 && me > 0 && world.lives[0] === 'up')) return null
  const claim = events.claimed(attempt, bounds.limit, nodeOf(me))
  if (chart.decide(world.video, claim) === null) return null
  return at(idle, 'Claimed', { attempt, speaks: nameOf(attempt) })
}

/** An upload whose node is lost, and that nobody has said they would ask for. */
function reconciling({ chart }: Rules, world: World): Thread | null {
  const { name, context } = chart.facts(world.video)
  if (name !== 'FINALIZING.RECONCILING' || context.reconcile !== null) return null
  return at(idle, 'ReconcileClaimed', { attempt: attemptOf(context.attempt?.id), speaks: `r${world.edit.asked + 1}` })
}
