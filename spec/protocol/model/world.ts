/** All that the model knows at a moment: the log, the destination, what is on its way between them, and the nodes. Plain data. */
import type { VideoEvent } from '../../../machines/events.js'
import type { Told } from './chart.js'

/** An attempt's upload: what the destination has of it, what is on its way there, and what the database keeps of it. */
export interface Upload {
  /** Which accepted edit it publishes. */
  readonly edit: number
  readonly is: 'unopened' | 'open' | 'complete' | 'cancelled'
  /** The destination does not know the session any more, whatever it was. */
  readonly forgotten: boolean
  readonly lastBytesUnderWay: boolean
  readonly abortUnderWay: boolean
  /** In table `upload_sessions`. */
  readonly session: 'none' | 'open' | 'closed'
}

/** An append on its way to the database for which nobody waits any more. The video has not moved since it was decided on. */
export interface Sent {
  readonly key: string
  /** The attempt whose session goes in with it. */
  readonly session: number | null
}

/** One of a node's loops. */
export interface Thread {
  readonly step: string
  /** Whose upload it is about; -1 for none. */
  readonly attempt: number
  /** Under which id it speaks. */
  readonly speaks: string
  /** An answer was lost: the log is asked first whether the event is in. */
  readonly again: boolean
  /** The destination has opened a session, and this loop has its reference. */
  readonly opened: boolean
  /** Why it ends: it is over, the database is away, it may be tried again, or it may not. */
  readonly cause: '' | 'over' | 'away' | 'retry' | 'fail'
  /** Whose session it ends, and how it goes on. */
  readonly ends: number
  readonly then: '' | 'idle' | 'earlier' | 'release' | 'verdict'
}

/** How often each thing may still happen. */
export interface Budget {
  readonly crash: number
  readonly suspicion: number
  readonly loss: number
  readonly failure: number
  readonly forgetting: number
  readonly person: number
  /** All of these together. */
  readonly all: number
}

export type Life = 'up' | 'down'

export interface World {
  /** The video's snapshot, as the chart numbers it. */
  readonly video: number
  readonly edit: {
    /** The accepted one, and those of which a person said that nothing was published. */
    readonly number: number
    readonly excused: readonly number[]
    readonly asked: number
    /** Attempts whose publication was found when they were over, and since when nobody has said to go on all the same. */
    readonly found: readonly number[]
  }
  readonly uploads: readonly Upload[]
  /** Of node A cutting and reconciling, of node B cutting and reconciling. */
  readonly threads: readonly Thread[]
  readonly lives: readonly Life[]
  /** Of each node the attempt of which it is to find out later what came of it; -1 for none. */
  readonly unsettled: readonly number[]
  readonly wire: readonly Sent[]
  /** Events of lost answers that are in the log. */
  readonly landed: readonly string[]
  readonly budget: Budget
}

export interface Move {
  readonly who: string
  readonly does: string
  /** For people who read it. */
  readonly why?: string
  /** `step` goes on by itself; a `chance` may never come; the others stop where nothing goes wrong any more. */
  readonly kind: 'step' | 'chance' | 'fault' | 'person'
  readonly to: World
}

export const nodes = ['A', 'B'] as const
export const nodeOf = (thread: number): string => nodes[thread >> 1] ?? ''
export const isCutting = (thread: number): boolean => thread % 2 === 0
export const nameOf = (attempt: number): string => `a${attempt + 1}`
export const attemptOf = (name: string | undefined): number => (name?.startsWith('a') ? Number(name.slice(1)) - 1 : -1)

export const idle: Thread = {
  step: 'idle',
  attempt: -1,
  speaks: '',
  again: false,
  opened: false,
  cause: '',
  ends: -1,
  then: '',
}

/** The loop as it goes on with that step. */
export const at = (thread: Thread, step: string, change: Partial<Thread> = {}): Thread => ({
  ...thread,
  again: false,
  ...change,
  step,
})

export const begun = (video: number, budget: Budget): World => ({
  video,
  edit: { number: 1, excused: [], asked: 0, found: [] },
  uploads: [],
  threads: [idle, idle, idle, idle],
  lives: ['up', 'up'],
  unsettled: [-1, -1],
  wire: [],
  landed: [],
  budget,
})

export const replaced = <A>(all: readonly A[], index: number, by: A): readonly A[] =>
  all.map((one, i) => (i === index ? by : one))

export const withThread = (world: World, me: number, thread: Thread): World => ({
  ...world,
  threads: replaced(world.threads, me, thread),
})

export function withUpload(world: World, attempt: number, change: Partial<Upload>): World {
  const upload = world.uploads[attempt]
  return upload === undefined
    ? world
    : { ...world, uploads: replaced(world.uploads, attempt, { ...upload, ...change }) }
}

/** The world after the event has gone in: whatever else is on its way was decided on what is no more. */
export function appended(world: World, video: number, { event }: Told, session: number | null): World {
  const edit = editAfter(world.edit, event)
  const uploads =
    event.type === 'Claimed'
      ? [
          ...world.uploads,
          {
            ...{ edit: edit.number, is: 'unopened', forgotten: false, lastBytesUnderWay: false, abortUnderWay: false },
            session: 'none',
          } as Upload,
        ]
      : world.uploads
  const moved: World = {
    ...world,
    video,
    uploads,
    edit,
    wire: world.wire.length === 0 ? world.wire : [],
  }
  return session === null ? moved : withUpload(moved, session, { session: 'open' })
}

function editAfter(edit: World['edit'], event: VideoEvent): World['edit'] {
  const { number, excused, asked, found } = edit
  if (event.type === 'Edited') return { ...edit, number: number + 1, found: [] }
  if (event.type === 'ResolvedAbsent') return { ...edit, excused: [...excused, number] }
  if (event.type === 'ReconcileClaimed') return { ...edit, asked: asked + 1 }
  if (event.type === 'OrphanFound') return { ...edit, found: [...found, attemptOf(event.data.attempt)] }
  return event.type === 'Retried' ? { ...edit, found: [] } : edit
}
