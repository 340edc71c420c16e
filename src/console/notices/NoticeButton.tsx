/** Turns notifications on and off: never by itself, since a page that asks unasked is told no for good. */
import { useEffect, useRef, useState } from 'react'
import { useLocation } from 'wouter'
import { useLive } from '../live/useLive.js'
import { errorStates, useMachine } from '../machine.js'
import { useSetting } from '../settings/setting.js'
import { notices, tellOf, turnOn, whyNot } from './notices.js'

export function NoticeButton() {
  const isOn = useSetting(notices) === 'on'
  const [refusal, setRefusal] = useState<string | null>(null)
  const machine = useMachine()
  const [, navigate] = useLocation()
  const events = useLive((live) => live.events)
  const restarts = useLive((live) => live.restarts)
  const isLive = useLive(({ standing }) => standing.live)
  const isKnown = useLive(({ standing }) => standing.hasBeenLive)
  /** The log that was told of, counted by restarts. */
  const toldLog = useRef<number | null>(null)
  useEffect(() => {
    if (!isOn || machine === undefined || events.length === 0) return
    const isNewLog = toldLog.current !== restarts
    // which log it is its newest event tells: that is here once the page is live
    if (isNewLog && !isLive) return
    toldLog.current = restarts
    const errors = new Set(errorStates(machine).map(({ id }) => id))
    void tellOf(events.toReversed(), (state) => errors.has(state), navigate, isNewLog)
  }, [isOn, machine, events, navigate, restarts, isLive])
  const works = isOn && whyNot() === null
  const click = (): void => {
    if (works) notices.set('off')
    else void turnOn(events[0]?.id ?? null).then(setRefusal)
  }
  const label = works
    ? 'A notification tells when a video needs a person; turn that off'
    : 'Have a notification tell when a video needs a person'
  return (
    <>
      <button
        type="button"
        className="round"
        onClick={click}
        disabled={!isKnown}
        aria-pressed={works}
        aria-label={label}
        title={label}
      >
        <svg viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
          <path d="M8 1a1 1 0 0 1 1 1v.6A4.5 4.5 0 0 1 12.5 7v3l1.5 2v.8H2V12l1.5-2V7A4.5 4.5 0 0 1 7 2.6V2a1 1 0 0 1 1-1ZM6.3 13.6h3.4a1.7 1.7 0 0 1-3.4 0Z" />
          {!works && <path className="struck" d="M2 1.5 14.5 14" />}
        </svg>
      </button>
      {refusal !== null && (
        <p className="notice-refusal" role="alert">
          No notifications: {refusal}.{' '}
          <button type="button" onClick={() => setRefusal(null)}>
            Close
          </button>
        </p>
      )}
    </>
  )
}
