/**
 * A location as a circuit breaker: while its destination takes nothing, no video is claimed for it; then one is tried, and if that
 * gets through all may come. When it is tried again the node computes and the events say; the chart stores it.
 */
import { assign, setup } from 'xstate'
import { instantMs } from './codecs.js'
import {
  type LocationDataOf,
  type LocationEvent,
  locationEvents,
  type LocationEventType,
  locationEventTypes,
} from './locationEvents.js'
import type { StateMeta } from './video.js'

/** Raised by hand whenever the same events may lead elsewhere than before. */
export const LOCATION_CHART_VERSION = 1

export interface Pause {
  readonly why: string
  /** When one video is tried; null where a person has to resume it. */
  readonly until: string | null
  /** Who paused it; null where its own troubles did. */
  readonly by: string | null
  readonly since: string
}

export interface Probe {
  readonly attempt: string
  readonly video: string
  readonly node: string | null
  readonly since: string
}

export interface LocationContext {
  readonly name: string
  /** Attempts that failed in a row since the last one that got through, or the last pause. */
  readonly failures: readonly string[]
  /** How often in a row its own troubles have paused it: each pause may be longer than the one before. */
  readonly pauses: number
  /** Why it was paused last, kept while it is tried. */
  readonly pause: Pause | null
  readonly probe: Probe | null
  /** What failed last. Its video may be the cause after all, so another one is tried first if there is any. */
  readonly suspect: { readonly video: string; readonly attempt: string } | null
}

interface Now {
  readonly context: LocationContext
  readonly event: LocationEvent
}

const isNew = ({ context, event }: Now): boolean =>
  event.type === 'Troubled' && ![...context.failures, context.suspect?.attempt].includes(event.data.attempt)

/** It is the last of so many in a row as the location bears. */
const pausesIt = (now: Now): boolean =>
  now.event.type === 'Troubled' && isNew(now) && now.context.failures.length + 1 >= now.event.data.limit

/** It would pause the location for longer than it is paused. */
const lasts = (now: Now): boolean =>
  now.event.type === 'Troubled' &&
  pausesIt(now) &&
  endMs(now.event.data.until) > endMs(now.context.pause?.until ?? null)

const endMs = (until: string | null): number => (until === null ? Infinity : instantMs(until))

const hasFailures = ({ context }: Now): boolean => context.failures.length > 0

/** What it was paused for may be over. */
const isDue = ({ context, event }: Now): boolean => instantMs(event.at) >= endMs(context.pause?.until ?? null)

const ofThisProbe = ({ context, event }: Now): boolean =>
  'attempt' in event.data && event.data.attempt === context.probe?.attempt

const takesOver = ({ context, event }: Now): boolean =>
  event.type === 'ProbeStarted' && event.data.instead_of === context.probe?.attempt

const suspectOf = ({ video, attempt }: LocationDataOf<'Troubled'>) => ({ video, attempt })

const count = ({ context, event }: Now): Partial<LocationContext> =>
  event.type === 'Troubled'
    ? { failures: [...context.failures, event.data.attempt], suspect: suspectOf(event.data) }
    : { failures: [] }

const pause = ({ context, event }: Now): Partial<LocationContext> => {
  const { at, actor } = event
  if (event.type === 'Paused')
    return { pause: { why: event.data.why, until: event.data.until, by: actor, since: at }, probe: null, failures: [] }
  if (event.type !== 'Troubled') return {}
  const { cause, until } = event.data
  return {
    pause: { why: cause, until, by: null, since: at },
    pauses: context.pauses + 1,
    probe: null,
    failures: [],
    suspect: suspectOf(event.data),
  }
}

const probe = ({ event }: Now): Partial<LocationContext> =>
  event.type === 'ProbeStarted'
    ? { probe: { attempt: event.data.attempt, video: event.data.video, node: event.node, since: event.at } }
    : { probe: null }

const clear = (): Partial<LocationContext> => ({ failures: [], pauses: 0, pause: null, probe: null, suspect: null })

/** What each effect asks of the service. */
export const locationEffects = {
  offerAll: 'Nodes may claim every video that waits for it.',
  holdAll: 'No node claims a video for it. What is under way goes on.',
  offerOne: 'The next node that has a video for it tries with that one.',
} as const

export const locationGuards = { isNew, pausesIt, lasts, hasFailures, isDue, ofThisProbe, takesOver }

export const location = setup({
  types: {
    context: {} as LocationContext,
    events: {} as LocationEvent,
    input: {} as { name: string },
    meta: {} as StateMeta,
  },
  guards: locationGuards,
  actions: {
    count: assign(count),
    pause: assign(pause),
    probe: assign(probe),
    clear: assign(clear),
    offerAll: () => undefined,
    holdAll: () => undefined,
    offerOne: () => undefined,
  },
}).createMachine({
  id: 'location',
  context: ({ input }) => ({
    name: input.name,
    failures: [],
    pauses: 0,
    pause: null,
    probe: null,
    suspect: null,
  }),
  initial: 'READY',
  states: {
    READY: {
      description: 'Open for work: nodes claim the videos that wait for it.',
      meta: { colour: 'green', waitsFor: null },
      entry: 'offerAll',
      on: {
        Troubled: [
          { guard: 'pausesIt', target: 'PAUSED', actions: 'pause' },
          { guard: 'isNew', actions: 'count' },
        ],
        Recovered: { guard: 'hasFailures', actions: 'count' },
        Paused: { target: 'PAUSED', actions: 'pause' },
      },
    },
    PAUSED: {
      description: 'Nothing is claimed for it: until a time, when one video is tried, or until a person resumes it.',
      meta: { colour: 'red', waitsFor: 'operator' },
      entry: 'holdAll',
      on: {
        ProbeStarted: { guard: 'isDue', target: 'PROBING.UNDER_WAY', actions: 'probe' },
        Resumed: { target: 'PROBING.WAITING' },
        Paused: { target: 'PAUSED', reenter: true, actions: 'pause' },
        Troubled: { guard: 'lasts', target: 'PAUSED', reenter: true, actions: 'pause' },
      },
    },
    PROBING: {
      description: 'One video is tried: if it gets through all may come, and if not the location is paused again.',
      meta: { colour: 'amber', waitsFor: 'node' },
      initial: 'WAITING',
      states: {
        WAITING: {
          description: 'The next video that is claimed is the one that is tried.',
          entry: 'offerOne',
          on: { ProbeStarted: { target: 'UNDER_WAY', actions: 'probe' } },
        },
        UNDER_WAY: {
          description: 'A node tries one video; no other is claimed.',
          on: {
            Probed: { guard: 'ofThisProbe', target: '#location.READY', actions: 'clear' },
            ProbeDropped: { guard: 'ofThisProbe', target: 'WAITING', actions: 'probe' },
            ProbeStarted: { guard: 'takesOver', target: 'UNDER_WAY', reenter: true, actions: 'probe' },
            Troubled: { guard: 'ofThisProbe', target: '#location.PAUSED', actions: 'pause' },
          },
        },
      },
      on: {
        Troubled: [
          { guard: 'pausesIt', target: 'PAUSED', actions: 'pause' },
          { guard: 'isNew', actions: 'count' },
        ],
        Paused: { target: 'PAUSED', actions: 'pause' },
      },
    },
  },
})

/** What people can do to a location in the state, or in the state of the substate. */
export const locationRemediesOf = (state: string): LocationEventType[] =>
  locationEventTypes.filter(
    (type) => locationEvents[type].by === 'operator' && Object.hasOwn(configOf(state)?.on ?? {}, type),
  )

const configOf = (state: string) =>
  Object.entries(location.config.states ?? {}).find(([name]) => name === state.split('.')[0])?.[1]

/** What the chart says of a state, or of the state of a substate. */
export const locationMetaOf = (state: string): StateMeta | undefined =>
  Object.entries(location.states).find(([name]) => name === state.split('.')[0])?.[1].meta
