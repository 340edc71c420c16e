/**
 * What a video waits for, more closely than its state alone says: the chart names whom a state waits for, and the row whether
 * something else comes first. The rules are data, so that a list can ask the database the same question.
 */
import { instantMs } from './codecs.js'
import { metaOf, video } from './video.js'

export const waits = {
  editor: 'an editor has to say what it shall be',
  operator: 'a person has to look, or to give its link',
  node: 'a node has to take it, or has it in hand',
  destination: 'the destination is at work on it',
  time: 'it is tried again at its time',
  segments: 'no node has all of its footage',
  location: 'its location is paused, or is tried with another video',
} as const
export type Wait = keyof typeof waits
export const waitNames = Object.keys(waits) as readonly Wait[]

/** What must hold of the row for a rule to count. */
export type Condition = 'is tried later' | 'location is closed' | 'has holes' | 'needs a link'

export interface WaitRule {
  readonly waits: Wait
  readonly states: readonly string[]
  /** null: whatever the row says. */
  readonly where: Condition | null
}

const statesThatWaitFor = (whom: string): readonly string[] =>
  Object.keys(video.states).filter((state) => metaOf(state)?.waitsFor === whom)

/** The first that fits says it; where none does, nothing is waited for. */
export const waitRules: readonly WaitRule[] = [
  { waits: 'time', states: ['EDITED', 'MODIFIED'], where: 'is tried later' },
  { waits: 'operator', states: ['EDITED'], where: 'needs a link' },
  { waits: 'location', states: ['EDITED'], where: 'location is closed' },
  { waits: 'segments', states: ['EDITED'], where: 'has holes' },
  ...(['editor', 'operator', 'node', 'destination'] as const).map((whom) => ({
    waits: whom,
    states: statesThatWaitFor(whom),
    where: null,
  })),
]

/** The states in which a video can wait for this at all. */
export const statesWaitingFor = (wait: Wait): readonly string[] => [
  ...new Set(waitRules.flatMap((rule) => (rule.waits === wait ? rule.states : []))),
]

export interface WaitingRow {
  readonly state: string
  /** UTC, as is `now`. */
  readonly not_before: string | null
  readonly warning_kind: string | null
}

/** @param isClosed whether no video may be claimed for its location now. */
export function waitOf({ state, not_before, warning_kind }: WaitingRow, isClosed: boolean, now: string): Wait | null {
  const holds: Record<Condition, boolean> = {
    'is tried later': not_before !== null && instantMs(not_before) > instantMs(now),
    'location is closed': isClosed,
    'has holes': warning_kind === 'holes',
    'needs a link': warning_kind === 'link',
  }
  const rule = waitRules.find(({ states, where }) => states.includes(state) && (where === null || holds[where]))
  return rule?.waits ?? null
}
