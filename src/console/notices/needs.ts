/**
 * Who needs a person newly, as events tell it: a video that comes into an error state, once, however many events it has there; one that is
 * warned of; one that has left something behind. What was told already is known by its place in the log, so that neither a page that is
 * loaded anew nor a second window says it again.
 */
import type { EventType } from '../../../machines/events.js'
import { type NeedsPerson, needsPerson } from '../../../machines/needsPerson.js'
import type { ShownEvent } from '../../http/feed.js'
import { isBehind } from '../live/cursor.js'
import { topOf } from '../machine.js'

export interface Told {
  /** The newest event that was looked at; null before any. */
  readonly last: string | null
  /** The error state of each video that is in one. */
  readonly states: Readonly<Record<string, string>>
}

export const nothingTold: Told = { last: null, states: {} }

/**
 * What was told, if that was of the log that `events` are the newest of: a place behind all of them is of another one, whose videos were
 * others. To be asked only when a log is new to a page: another window may be an event ahead of this one at any time.
 */
export function toldOf(events: readonly ShownEvent[], told: Told): Told {
  const newest = events.at(-1)
  return newest !== undefined && told.last !== null && isBehind(told.last, newest.id) ? nothingTold : told
}

/** @param isError whether a person must look at a video in the state. */
export function needsOf(
  events: readonly ShownEvent[],
  told: Told,
  isError: (state: string) => boolean,
): { readonly needs: readonly ShownEvent[]; readonly told: Told } {
  const needs = new Map<string, ShownEvent>()
  const states = new Map(Object.entries(told.states))
  let { last } = told
  for (const event of events) {
    if (last !== null && !isBehind(event.id, last)) continue
    last = event.id
    const { video } = event
    if (video === null) continue
    const state = topOf(event.state)
    takeBeside(needs, video, event)
    if (!isError(state)) {
      states.delete(video)
      // it has helped itself before anybody was told
      needs.delete(video)
    } else if (states.get(video) !== state) {
      states.set(video, state)
      needs.set(video, event)
    }
  }
  return { needs: [...needs.values()], told: { last, states: Object.fromEntries(states) } }
}

/** What needs a person in whatever state, kept apart from that. */
function takeBeside(needs: Map<string, ShownEvent>, video: string, event: ShownEvent): void {
  const { type, state } = event
  const key = (of: NeedsPerson): string => `${video} ${of}`
  if (needsPerson(type)) needs.set(key(type), event)
  const warned = needs.get(key('Warned'))
  // a warning is over when the video moves on, or is edited anew; what was left behind when somebody has looked after it
  if (warned !== undefined && (topOf(warned.state) !== topOf(state) || type === 'Edited')) needs.delete(key('Warned'))
  if (lookAfter.has(type)) needs.delete(key('OrphanFound'))
}

const lookAfter: ReadonlySet<string> = new Set<EventType>(['OrphanAdopted', 'OrphanDismissed', 'OrphanUnlisted'])
