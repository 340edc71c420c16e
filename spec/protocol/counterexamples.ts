/** What each part of the protocol is for: the shortest story that ends badly without it. */
import { type Check, check } from './model/check.js'

export interface Lacking extends Check {
  /** As a clause: nodes that do so. */
  readonly nodes: string
}

export const lacking: readonly Lacking[] = [
  {
    nodes: 'send the last bytes without FinalizeStarted in the log',
    without: ['announcesLastBytes'],
    budget: { suspicion: 1, loss: 1, all: 2 },
  },
  {
    nodes: 'take an abort that nobody confirmed for a confirmed one',
    without: ['confirmsAborts'],
    budget: { suspicion: 1, loss: 1, all: 2 },
  },
  {
    nodes: 'believe an event of whatever attempt, where they look at no sessions of earlier ones either',
    without: ['fenced', 'endsSessions'],
    budget: { suspicion: 1, all: 1 },
    attempts: 3,
  },
  {
    nodes: 'take an upload that is gone for one that was never published',
    without: ['doubtsGone'],
    budget: { forgetting: 1, all: 1 },
  },
  {
    nodes: 'look at no sessions of attempts that are over',
    without: ['endsSessions'],
    budget: { crash: 1, loss: 1, person: 1, all: 3 },
  },
  {
    nodes: 'keep a publication to themselves that the video does not stand for',
    without: ['tellsOrphans'],
    budget: { crash: 1, loss: 1, person: 1, all: 3 },
  },
  {
    nodes: 'do not look for attempts of their own that they are not at work on, and are killed',
    without: ['findsOwn'],
    budget: { crash: 1, all: 1 },
  },
  {
    nodes: 'do not look for attempts of their own that they are not at work on, and lose an append',
    without: ['findsOwn'],
    budget: { loss: 1, all: 1 },
  },
]

export const counterexampleOf = (one: Lacking): string => check(one).counterexample ?? 'none is found'

export const command = 'npx tsx spec/protocol/printCounterexamples.ts > spec/protocol/counterexamples.txt'

const heading = `What each part of the protocol is for: the shortest story that ends badly without it. A and B are nodes, a1 and a2 attempts; what
goes wrong, or a person does, has a mark.
Made by \`${command}\`.

`

export const counterexamples = (): string =>
  heading +
  lacking.map((one) => `Nodes that ${one.nodes}:\n\n${counterexampleOf(one).replace(/^/gm, '  ')}\n`).join('\n')
