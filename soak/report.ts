/** What people are told: each run that went wrong, with all that it takes to play it again, and at the end what it all came to. */
import { table } from '../src/cli/console.js'
import type { Outcome } from './run.js'
import type { Fault, Moment } from './script.js'
import type { Tally } from './tally.js'

export function toldOfFailure({ script, violations, chronicle, logs, evidence }: Outcome): string {
  const lines = [
    `seed ${script.seed}, run ${script.run} went wrong:`,
    ...violations.map(({ invariant, what }) => `  ✗ ${invariant}: ${what}`),
    'Its script of faults:',
    ...script.faults.map((fault) => `  ${describe(fault)}`),
    'What happened (seconds; ! is a fault):',
    ...chronicle.lines,
    ...[...logs].flatMap(([video, log]) => [`The log of ${video}:`, ...log.map((line) => `  ${line}`)]),
    `Everything else is in ${evidence ?? 'no folder'}`,
    `Again: npm run soak -- --seed ${script.seed} --run ${script.run}`,
  ]
  return `${lines.join('\n')}\n`
}

function describe({ when, harm }: Fault): string {
  const { kind, ...how } = harm
  return `${moment(when)}: ${kind} ${JSON.stringify(how)}`
}

function moment(when: Moment): string {
  switch (when.at) {
    case 'time':
      return `after ${when.ms} ms`
    case 'event':
      return `as the log shows ${when.type}${after(when.skip)}`
    case 'commit':
      return when.committed ? `before ${when.type} is committed` : `instead of ${when.type} being committed`
    case 'request':
      return `as the request "${when.request}"${after(when.skip)} ${when.done ? 'is done, before its answer' : 'has come'}`
  }
}

const after = (skip: number): string => (skip === 0 ? '' : ` for the ${skip + 1}. time`)

export function toldOfTally(tally: Tally): string {
  const { seed, runs, seconds, longestRestSeconds, failed } = tally
  const rows = (title: string, counts: ReadonlyMap<string, number>): string =>
    `${table(
      [title, 'times'],
      [...counts].sort(([, one], [, other]) => other - one).map(([what, n]) => [what, String(n)]),
    )}\n`
  return [
    rows('fault', tally.faults),
    rows('what people did', tally.deeds),
    rows('videos that ended as', tally.states),
    `seed ${seed}: ${runs} runs, ${runs - failed.length} as they have to be, ${failed.length} not; ` +
      `${(seconds / Math.max(1, runs)).toFixed(1)} s a run; at rest ${longestRestSeconds.toFixed(1)} s after the faults at the latest`,
    ...failed.map(({ run, what, evidence }) => `  run ${run}: ${what.join('; ')} (${evidence ?? ''})`),
    '',
  ].join('\n')
}
