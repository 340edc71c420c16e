/** What happens around the nodes' own steps: nodes die and come back, are taken for dead, the destination forgets, people decide. */
import { arrivals } from './destination.js'
import * as events from './events.js'
import { stepsOf } from './node.js'
import type { Rules } from './protocol.js'
import { happens, lateAppends, leftBehind, mayStill, spent } from './saying.js'
import { sayingAt } from './sayings.js'
import { attemptOf, idle, type Life, type Move, nameOf, nodes, replaced, withUpload, type World } from './world.js'

/** Everything that can happen next. */
export function* movesOf(rules: Rules, world: World): Generator<Move> {
  for (const me of world.threads.keys()) if (world.lives[me >> 1] === 'up') yield* stepsOf(rules, world, me)
  yield* arrivals(world, nameOf)
  yield* lateAppends(rules.chart, world)
  yield* deaths(rules, world)
  if (mayStill(world, 'forgetting')) yield* forgetting(world)
  if (mayStill(world, 'person')) yield* people(rules, world)
}

function* deaths(rules: Rules, world: World): Generator<Move> {
  const { chart, protocol } = rules
  const { holder, context } = chart.facts(world.video)
  const holding = holder === null ? undefined : (context.reconcile?.node ?? context.attempt?.node)
  for (const [index, node] of nodes.entries()) {
    const other = 1 - index
    const isHolder = holder !== null && holding === node
    const lost = events.nodeLost(holder ?? '', node, nodes[other] ?? '')
    if (world.lives[index] === 'up') {
      if (mayStill(world, 'crash')) {
        yield* killed(rules, world, index)
      }
      if (isHolder && world.lives[other] === 'up' && mayStill(world, 'suspicion'))
        for (const move of happens(chart, world, lost, 'that one lives, but says nothing', 'fault'))
          yield { ...move, to: spent(move.to, 'suspicion') }
      if (isHolder && protocol.findsOwn && context.reconcile === null && !isAtWork(world, index, holder)) {
        const own = events.nodeLost(holder, node, node)
        yield* happens(chart, world, own, 'it is not at work on it')
      }
      continue
    }
    if (isHolder && world.lives[other] === 'up') yield* happens(chart, world, lost, 'that one is dead')
    const again = { ...world, lives: replaced<Life>(world.lives, index, 'up') }
    const own = events.nodeLost(holder ?? '', node, node)
    // it may be dead for good, as long as another one goes on
    const kind = world.lives[other] === 'up' ? 'chance' : 'step'
    if (isHolder) yield* happens(chart, again, own, 'it is started again', kind)
    else yield { who: node, does: 'is started again', kind, to: again }
  }
}

const isAtWork = (world: World, index: number, attempt: string): boolean =>
  world.threads.some(({ speaks }, me) => me >> 1 === index && speaks === attempt) ||
  world.unsettled[index] === attemptOf(attempt)

/** In the middle of whatever it was at; an append may be on its way. */
function* killed(rules: Rules, world: World, index: number): Generator<Move> {
  const who = nodes[index] ?? ''
  yield { who, does: 'is killed', kind: 'fault', to: dead(world, index) }
  for (const me of [2 * index, 2 * index + 1]) {
    const saying = sayingAt(rules, world, me)
    const left = saying && leftBehind(rules.chart, world, saying)
    if (saying && left)
      yield { who, does: `is killed with ${saying.event.key} on its way`, kind: 'fault', to: dead(left, index) }
  }
}

function dead(world: World, index: number): World {
  const threads = world.threads.map((thread, me) => (me >> 1 === index ? idle : thread))
  const unsettled = replaced(world.unsettled, index, -1)
  return spent({ ...world, threads, unsettled, lives: replaced<Life>(world.lives, index, 'down') }, 'crash')
}

function* forgetting(world: World): Generator<Move> {
  for (const [attempt, { is, forgotten }] of world.uploads.entries())
    if ((is === 'open' || is === 'complete') && !forgotten)
      yield {
        who: 'the destination',
        does: `forgets the session of ${nameOf(attempt)}`,
        kind: 'fault',
        to: spent(withUpload(world, attempt, { forgotten: true, lastBytesUnderWay: false }), 'forgetting'),
      }
}

/** A person who says what is at the destination has looked there. */
function* people({ chart }: Rules, world: World): Generator<Move> {
  const { state, context } = chart.facts(world.video)
  const attempt = attemptOf(context.attempt?.id)
  const isThere = world.uploads[attempt]?.is === 'complete'
  const decisions = [events.edited, events.reset(false), events.reset(true), events.retried, events.sourceChanged]
  if (state === 'UNCERTAIN') decisions.push(isThere ? events.resolvedUploaded(attempt) : events.resolvedAbsent)
  for (const event of decisions)
    for (const move of happens(chart, world, event, '', 'person'))
      yield { ...move, who: 'somebody', to: spent(move.to, 'person') }
}
