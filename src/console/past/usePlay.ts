/** Plays the past: an instant after the other, each shown before the next; the one after it is asked for meanwhile. */
import { useEffect, useState } from 'react'
import { useQueryClient } from '@tanstack/react-query'
import { useSetting } from '../settings/setting.js'
import { boardQuery } from './boardThen.js'
import { framesPerSecond, nextFrame, speed } from './speed.js'
import type { Instant } from './useInstant.js'

/** @param isThere whether the instant is shown already. */
export function usePlay({ ms, go, live }: Instant, isThere: boolean): [boolean, (plays: boolean) => void] {
  const [plays, setPlays] = useState(false)
  const at = useSetting(speed)
  const client = useQueryClient()
  useEffect(() => {
    if (plays && ms === null) setPlays(false)
    if (!plays || ms === null || !isThere) return
    const next = nextFrame(ms, at)
    if (next < Date.now()) void client.prefetchQuery(boardQuery(next))
    const timer = setTimeout(() => {
      if (next < Date.now()) return go(next)
      setPlays(false)
      live()
    }, 1_000 / framesPerSecond)
    return () => clearTimeout(timer)
  }, [plays, ms, isThere, at, go, live, client])
  return [plays, setPlays]
}
