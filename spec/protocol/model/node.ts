/**
 * A node's two loops, as src/service/cutting.ts and reconciling.ts with src/effects/cutAndUpload.ts, conclude.ts and reconcile.ts
 * have them. Each step is one thing that others can see, or what a node reads before it decides.
 */
import type { Rules } from './protocol.js'
import { say } from './saying.js'
import { sayingAt } from './sayings.js'
import { steps } from './steps.js'
import type { Move, World } from './world.js'

export function* stepsOf(rules: Rules, world: World, me: number): Generator<Move> {
  const thread = world.threads[me]
  if (thread === undefined) return
  const saying = sayingAt(rules, world, me)
  if (saying !== null) yield* say(rules.chart, world, me, saying)
  yield* steps[thread.step]?.({ ...rules, world, me, thread }) ?? []
}
