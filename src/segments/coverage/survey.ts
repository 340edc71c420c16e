/** Goes through the hours of a quality in order of time and measures those that are not as they were. */
import { join } from 'node:path'
import { hourStartMs } from '../path.js'
import { measure, type Measured, type Spill } from './measure.js'
import { readHour } from './readHour.js'
import { type Recorded, whyUnreadable } from './recorded.js'
import { stampOf } from './stamp.js'

const HOUR_MS = 3_600_000
/** What was recorded in the last moment of an hour needs so long to have its name. */
const LATE_MS = 60_000

/** What is known of an hour from before. */
export interface KnownHour {
  readonly stamp: string
  readonly spill: readonly Spill[]
}

export type Surveyed = { readonly hour: string } & (
  | { readonly found: 'unchanged' }
  | {
      readonly found: 'measured'
      readonly measured: Measured
      /** '' where it has to be read again in any case. */ readonly stamp: string
    }
  | { readonly found: 'gone' }
  | { readonly found: 'unreadable'; readonly reason: string }
)

export interface Survey {
  readonly root: string
  /** Milliseconds since the epoch, by this machine's clock. */
  readonly now: () => number
  readonly known?: ReadonlyMap<string, KnownHour>
}

/** An hour is read only where its folder, what the hour before spills into it, or whether it is over is not as it was known to be. */
export async function* survey({ channel, quality, hours }: Recorded, asked: Survey): AsyncGenerator<Surveyed> {
  let before: { readonly hour: string; readonly spill: readonly Spill[] } | null = null
  for (const hour of hours) {
    const startMs = hourStartMs(hour) ?? 0
    const isNext = before !== null && hourStartMs(before.hour) === startMs - HOUR_MS
    const spill: readonly Spill[] = isNext && before !== null ? before.spill : []
    const known = asked.known?.get(hour)
    before = { hour, spill: known?.spill ?? [] }
    try {
      const nowMs = asked.now()
      // before it is read: what changes meanwhile is seen the next time
      const folder = await stampOf(join(asked.root, channel, quality, hour), nowMs)
      if (folder === null) {
        before = null
        yield { hour, found: 'gone' }
        continue
      }
      const isOver = nowMs >= startMs + HOUR_MS + LATE_MS
      const stamp = folder === '' ? '' : [folder, isOver ? 'over' : 'running', ...spill.map(spillStamp)].join(' ')
      if (stamp !== '' && known?.stamp === stamp) {
        yield { hour, found: 'unchanged' }
        continue
      }
      const measured = measure({ startMs, isOver, spill, ...(await readHour(asked.root, channel, quality, hour)) })
      before = { hour, spill: measured.spill }
      yield { hour, found: 'measured', measured, stamp }
    } catch (error) {
      yield { hour, found: 'unreadable', reason: whyUnreadable(error) }
    }
  }
}

const spillStamp = ({ startMs, endMs, isFull }: Spill): string => `${startMs}-${endMs}${isFull ? 'f' : 'n'}`
