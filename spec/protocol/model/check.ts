/**
 * A bounded check of the protocol by which an edit is published at most once: two nodes, one video, and everything that can go wrong
 * with them and between them, in every order, so many times. The charts are the real ones (machines/): each append of the model is
 * decided by them. The nodes' steps are written down after src/effects and src/service; `conformance.spec.ts` shows that the real
 * ones take no others.
 *
 * What goes wrong: a node is killed, and comes back under its name or not; one that lives is taken for dead, so that it goes on as
 * a zombie; an append or its answer is lost, or the append goes in late; a request to the destination or its answer is lost, or the
 * request arrives late, also after its sender has died; the destination forgets a session; cutting or sending fails; a person edits,
 * resets (by force, too), tries again, resolves; the schedule says something else. Notices are never relied on: each loop looks by
 * itself at any time, or late.
 *
 * What it leaves out:
 * - Waiting. Whatever is to be tried later can be tried at once, whatever is silent for long enough can be so at any time.
 * - All bytes before the last ones: nothing is published by them. Opening a session whose answer is lost leaves one that nobody knows.
 * - The interleaving within an append: it is decided on a version and takes effect on that alone, else it is decided anew.
 * - What happens after DONE, thumbnails, locations that are paused, footage, who may claim by other rules than the chart's.
 * - More than one video: attempts at different ones share nothing that is modelled here.
 * - A destination that breaks its promises: publishes what was aborted, or completes what was not all sent.
 * - A person who says untruly what is at the destination; what a person wrote there is true when it is said.
 * - The third attempt, in most runs: after so many an EDITED video rests.
 */
import { Chart } from './chart.js'
import { created, edited } from './events.js'
import { movesOf } from './environment.js'
import { explore } from './explore.js'
import { broken, unfinished } from './promises.js'
import { type Protocol, whole } from './protocol.js'
import { begun, type Budget } from './world.js'

export interface Check {
  /** What the protocol is to lack. */
  readonly without?: readonly (keyof Protocol)[]
  readonly budget: Partial<Budget> & Pick<Budget, 'all'>
  readonly attempts?: number
}

export interface Checked {
  readonly worlds: number
  /** The shortest way to a world that breaks a promise, a line for each move; null where all keep them. */
  readonly counterexample: string | null
}

const nothing: Budget = { crash: 0, suspicion: 0, loss: 0, failure: 0, forgetting: 0, person: 0, all: 0 }

export function check({ without = [], budget, attempts = 2 }: Check): Checked {
  const protocol: Protocol = { ...whole, ...Object.fromEntries(without.map((what) => [what, false])) }
  const chart = new Chart(protocol.fenced)
  // with one more a failing video is tried again, with one less it fails: both can be seen
  const rules = { chart, protocol, bounds: { attempts, limit: attempts === 2 ? 2 : attempts + 1, reduced: true } }
  const {
    worlds,
    broken: found,
    trace,
  } = explore({
    from: begun(chart.begin(created, edited), { ...nothing, ...budget }),
    moves: (world) => movesOf(rules, world),
    wrong: (world) => broken(chart, world),
    unfinished: (world) => unfinished(chart, rules.bounds, world),
  })
  if (found === null) return { worlds: worlds.length, counterexample: null }
  const lines = trace(found.at).map(
    ({ who, does, why = '', kind }) =>
      `${kind === 'fault' || kind === 'person' ? '! ' : '  '}${who} ${does}${why === '' ? '' : `: ${why}`}`,
  )
  return { worlds: worlds.length, counterexample: [...lines, `=> ${found.why}`].join('\n') }
}
