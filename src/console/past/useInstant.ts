/** The instant of the past that is looked at, as the address has it (`#at=2026-01-31T18:00:00Z`). Stepping through it leaves no trail. */
import { useCallback, useEffect, useRef, useState } from 'react'
import { useLocation } from 'wouter'
import { useHash } from '../settings/useHash.js'

export interface Instant {
  /** Milliseconds since 1970; null: now. */
  readonly ms: number | null
  readonly go: (ms: number) => void
  readonly live: () => void
}

/** Browsers bear few changes of the address in a second. */
const writeEveryMs = 500

export const instantText = (ms: number): string => new Date(ms).toISOString().replace('.000Z', 'Z')

/** Milliseconds since 1970; null for what is no time. */
export function msOf(text: string | null | undefined): number | null {
  const ms = Date.parse(text ?? '')
  return Number.isFinite(ms) ? ms : null
}

export function useInstant(): Instant {
  const [text, write] = useHash('at')
  const [, navigate] = useLocation()
  /** Where somebody has moved to while the address said `over`. Once that says something else, that counts. */
  const [moved, setMoved] = useState<{ readonly ms: number; readonly over: string } | null>(null)
  const isMoved = moved !== null && moved.over === text
  const ms = isMoved ? moved.ms : msOf(text)
  const latest = useRef({ moved, text, write })
  useEffect(() => {
    latest.current = { moved, text, write }
  })
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined)
  useEffect(() => {
    if (!isMoved) return
    timer.current ??= setTimeout(() => {
      timer.current = undefined
      const now = latest.current
      if (now.moved !== null && now.moved.over === now.text) now.write(instantText(now.moved.ms))
    }, writeEveryMs)
  }, [isMoved, moved])
  useEffect(
    () => () => {
      clearTimeout(timer.current)
      timer.current = undefined
    },
    [],
  )
  const go = useCallback(
    (to: number) => {
      // the way into the past is a step of its own: the browser's way back leads out again
      if (text === null) navigate(`/#at=${instantText(to)}`)
      else setMoved({ ms: to, over: text })
    },
    [text, navigate],
  )
  const live = useCallback(() => navigate('/'), [navigate])
  return { ms, go, live }
}
