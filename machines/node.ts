/**
 * A node as the others see it: by its heartbeats and by what it says when it begins and ends. None of that is in the log, and nothing is
 * decided on it here; the table of nodes is read by the same words.
 */
import * as t from 'io-ts'
import { setup } from 'xstate'
import { define } from './events.js'
import type { StateMeta } from './video.js'

export const NODE_CHART_VERSION = 1

/** So long after its last beat a node that says nothing is not taken for running any more; in seconds. */
export const SILENT_SECONDS = 30

const nothing = t.strict({})

/** What is seen of it. These are no events of the log: heartbeats change too often for that, and wake nobody. */
export const nodeEvents = {
  Started: define('node', 1, 'It has registered, and holds the lock on its name.', nothing),
  Beat: define('node', 1, 'A sign of life.', nothing),
  FellSilent: define('node', 1, `No sign of life for ${SILENT_SECONDS} s.`, nothing),
  SignedOff: define('node', 1, 'It said that it ends, and has given back what it had in hand.', nothing),
} as const

type NodeEvent = { readonly type: keyof typeof nodeEvents }

export const node = setup({
  types: { events: {} as NodeEvent, meta: {} as StateMeta },
}).createMachine({
  id: 'node',
  initial: 'RUNNING',
  states: {
    RUNNING: {
      description: 'It gives signs of life: it claims, cuts and uploads.',
      meta: { colour: 'green', waitsFor: null },
      on: { Beat: {}, FellSilent: 'SILENT', SignedOff: 'STOPPED' },
    },
    SILENT: {
      description:
        'No sign of life, and no word that it ends: it crashed, its machine is gone, or it can’t reach the database. Others take over what it had.',
      meta: { colour: 'red', waitsFor: 'operator', error: true },
      on: { Beat: 'RUNNING', Started: 'RUNNING', SignedOff: 'STOPPED' },
    },
    STOPPED: {
      description: 'It said that it ends. It takes nothing until somebody starts it again.',
      meta: { colour: 'grey', waitsFor: null },
      on: { Started: 'RUNNING' },
    },
  },
})

export type NodeState = keyof typeof node.states
