/** Where in time the board is: live, or an instant of the past, and the ways from one to another. */
import { useQuery } from '@tanstack/react-query'
import { Time } from '../components/Time.js'
import { useKeys } from '../keys/keys.js'
import { useKeysWithin } from '../keys/keysWithin.js'
import { useLive } from '../live/useLive.js'
import { useNow } from '../settings/clock.js'
import { useSetting } from '../settings/setting.js'
import { spoken, useTimeFormat } from '../settings/time.js'
import { aroundQuery } from './around.js'
import { Slider } from './Slider.js'
import { type Speed, speed, speeds } from './speed.js'
import type { Instant } from './useInstant.js'
import { usePlay } from './usePlay.js'

const minuteMs = 60_000
const hourMs = 60 * minuteMs

interface Props {
  readonly instant: Instant
  /** Whether what is shown is of the instant already. */
  readonly isThere: boolean
  /** When the log begins, milliseconds since 1970; null while it is empty or not known. */
  readonly firstMs: number | null
}

export function TimeBar({ instant, isThere, firstMs }: Props) {
  const nowMs = useNow(10_000)
  const { ms, go, live } = instant
  const at = ms ?? nowMs
  const [plays, setPlays] = usePlay(instant, isThere)
  const neighbours = useNeighbours(ms)
  const toLive = (): void => {
    setPlays(false)
    if (ms !== null) live()
  }
  const move = (to: number | null): void => {
    if (to === null || firstMs === null) return
    if (to >= Date.now()) return toLive()
    setPlays(false)
    go(Math.max(firstMs, to))
  }
  const play = (): void => {
    if (ms === null && firstMs !== null) go(firstMs)
    setPlays(!plays)
  }
  const before = ms === null ? nowMs : neighbours.before
  useKeys('The board’s past', [
    { keys: 'ArrowLeft', does: 'to the event before', run: () => move(before) },
    { keys: 'ArrowRight', does: 'to the next event', run: () => move(neighbours.after) },
    { keys: ',', does: 'a minute back', run: () => move(at - minuteMs) },
    { keys: '.', does: 'a minute on', run: () => move(at + minuteMs) },
    { keys: 'p', does: 'plays the past, or stops', run: play },
  ])
  const onKeyDown = useKeysWithin('The board’s past, while its bar has the focus', [
    { keys: 'PageUp', does: 'an hour back', run: () => move(at - hourMs) },
    { keys: 'PageDown', does: 'an hour on', run: () => move(at + hourMs) },
    { keys: 'Home', does: 'to the beginning of the log', run: () => move(firstMs) },
    { keys: 'End', does: 'back to live', run: toLive },
  ])
  if (firstMs === null) return null
  const isPast = ms !== null
  return (
    <div
      className={isPast ? 'time-bar past' : 'time-bar'}
      role="group"
      aria-label="The time that the board shows"
      onKeyDown={onKeyDown}
    >
      <Standing ms={ms} nowMs={nowMs} isThere={isThere} />
      <div className="time-steps">
        <Step says="An hour back" sign="−1 h" onStep={() => move(at - hourMs)} />
        <Step says="A minute back" sign="−1 min" onStep={() => move(at - minuteMs)} />
        <Step says="To the event before" sign="◂" isOff={before === null} onStep={() => move(before)} />
        <button type="button" onClick={play} aria-pressed={plays}>
          {plays ? 'Stop' : 'Play'}
        </button>
        <Step
          says="To the next event"
          sign="▸"
          isOff={neighbours.after === null}
          onStep={() => move(neighbours.after)}
        />
        <Step says="A minute on" sign="+1 min" isOff={!isPast} onStep={() => move(at + minuteMs)} />
        <Step says="An hour on" sign="+1 h" isOff={!isPast} onStep={() => move(at + hourMs)} />
        <SpeedChoice />
        <button type="button" className="to-live" onClick={toLive} disabled={!isPast}>
          Live
        </button>
      </div>
      <Slider firstMs={firstMs} lastMs={nowMs} ms={Math.min(at, nowMs)} onMs={move} />
    </div>
  )
}

interface StandingProps {
  readonly ms: number | null
  readonly nowMs: number
  readonly isThere: boolean
}

function Standing({ ms, nowMs, isThere }: StandingProps) {
  const format = useTimeFormat()
  const { live } = useLive(({ standing }) => standing)
  if (ms === null) return <p className={`time-standing ${live ? 'live' : 'quiet'}`}>{live ? 'Live' : 'Not live'}</p>
  return (
    <p className="time-standing" role="status">
      <strong>The past</strong> <Time at={new Date(ms).toISOString()} long /> {format.name}
      <span className="ago">{spoken((nowMs - ms) / 1000)} ago</span>
      {!isThere && <span className="ago">asking…</span>}
    </p>
  )
}

function Step(props: {
  readonly says: string
  readonly sign: string
  readonly isOff?: boolean
  readonly onStep: () => void
}) {
  const { says, sign, isOff = false, onStep } = props
  return (
    <button type="button" aria-label={says} title={says} disabled={isOff} onClick={onStep}>
      {sign}
    </button>
  )
}

function SpeedChoice() {
  const chosen = useSetting(speed)
  return (
    <select aria-label="How fast it plays" value={chosen} onChange={({ target }) => speed.set(target.value as Speed)}>
      {Object.keys(speeds).map((choice) => (
        <option key={choice}>{choice}</option>
      ))}
    </select>
  )
}

/** When the events before and after the instant happened. */
function useNeighbours(ms: number | null): { readonly before: number | null; readonly after: number | null } {
  const { data } = useQuery({ ...aroundQuery(ms ?? 0), enabled: ms !== null })
  const before = data?.before.find(({ recordedAt }) => ms !== null && Date.parse(recordedAt) < ms)
  const after = data?.after[0]
  return {
    before: before === undefined ? null : Date.parse(before.recordedAt),
    after: after === undefined ? null : Date.parse(after.recordedAt),
  }
}
