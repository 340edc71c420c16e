/** Specs of the chart read as: given these events, when this one comes, then that state or a refusal. */
import assert from 'node:assert/strict'
import { isLeft } from 'fp-ts/lib/Either.js'
import { candidate } from '../../machines/candidates.js'
import { decide, type Snapshot, stateName, type Step } from '../../machines/decide.js'
import { type DataOf, event, type EventType, type VideoEvent } from '../../machines/events.js'
import { source } from '../support/moment.js'

export const at = (second: number): string => new Date(Date.UTC(2026, 0, 31, 18, 0, second)).toISOString()

/** An event with data that fit wherever it stands; `over` replaces some of them. */
export interface Told<T extends EventType = EventType> {
  readonly type: T
  readonly over: Partial<DataOf<T>>
  readonly node: string
}

export const told = <T extends EventType>(type: T, over: Partial<DataOf<T>> = {}, node = 'node-a'): Told<T> => ({
  type,
  over,
  node,
})

export function eventOf({ type, over, node }: Told, now: Snapshot | null, second: number): VideoEvent {
  const envelope = { at: at(second), actor: null, node, cause: null }
  if (now === null) return event('Created', { source }, envelope)
  const fitting = candidate(type, now.context, at(second))
  return { ...fitting, ...envelope, data: { ...fitting.data, ...over } } as VideoEvent
}

export function given(...past: Told[]) {
  let now: Snapshot | null = null
  let second = 0
  const tell = (one: Told) => decide('v', now, eventOf(one, now, second++))
  for (const one of [told('Created'), ...past]) {
    const step = tell(one)
    assert.ok(!isLeft(step), `${one.type} is refused in ${now && stateName(now)}`)
    now = step.right.snapshot
  }
  const reached: Snapshot = now ?? assert.fail('nothing was created')
  return {
    snapshot: reached,
    when(one: Told) {
      const step = tell(one)
      return {
        leadsTo(state: string): Step {
          assert.ok(!isLeft(step), `${one.type} is refused in ${stateName(reached)}`)
          assert.equal(stateName(step.right.snapshot), state)
          return step.right
        },
        isRefused(): void {
          assert.ok(isLeft(step), `${one.type} is taken in ${stateName(reached)}`)
          assert.equal(step.left.state, stateName(reached))
          assert.ok(
            !step.left.possible.includes(one.type) ||
              one.type === 'Reset' ||
              Object.keys(one.over).length > 0 ||
              one.node !== 'node-a',
          )
        },
      }
    },
  }
}

const claim = told('Claimed', { attempt: 'first', attempts_limit: 3 })
const opened = told('UploadOpened')
const uploaded = told('Uploaded', { video_id: 'id', video_link: 'link', processing: true })

/** A way into every state and substate. */
export const ways = {
  UNEDITED: [],
  EDITED: [told('Edited')],
  'CLAIMED.PREPARING': [told('Edited'), claim],
  'CLAIMED.STREAMING': [told('Edited'), claim, opened],
  'FINALIZING.COMMITTING': [told('Edited'), claim, opened, told('FinalizeStarted')],
  'FINALIZING.RECONCILING': [told('Edited'), claim, opened, told('FinalizeStarted'), told('NodeLost')],
  TRANSCODING: [told('Edited'), claim, opened, told('FinalizeStarted'), uploaded],
  DONE: [told('Edited'), claim, opened, told('FinalizeStarted'), uploaded, told('Processed')],
  MODIFIED: [
    told('Edited'),
    claim,
    opened,
    told('FinalizeStarted'),
    uploaded,
    told('Processed'),
    told('Modified', { modification: 'm' }),
  ],
  FAILED: [told('Edited'), claim, told('Failed')],
  UNCERTAIN: [told('Edited'), claim, opened, told('FinalizeStarted'), told('FinalizeUnknown')],
  REJECTED: [told('Edited'), claim, opened, told('FinalizeStarted'), uploaded, told('Rejected')],
  OUT_OF_SYNC: [
    told('Edited'),
    claim,
    opened,
    told('FinalizeStarted'),
    uploaded,
    told('ThumbnailFailed'),
    told('Processed'),
  ],
} satisfies Record<string, Told[]>
export type Place = keyof typeof ways
export const places = Object.keys(ways) as Place[]
