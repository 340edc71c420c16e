import { useEffect, useRef, useState, useSyncExternalStore } from 'react'
import { type Shown, StreamPlayer } from './streamPlayer.js'

const nothing: Shown = { atMs: null, playing: false, frameSeconds: 1 / 30, isRateKnown: false, trouble: null }
const never = (): (() => void) => () => undefined
const getNothing = (): Shown => nothing

/**
 * A player of `playlist` in the video that `ref` is given to; null until it is there. A new playlist is a new player, which shows what the
 * one before did; the first one begins at `startMs`.
 */
export function useStreamPlayer(playlist: string | null, startMs: number | null) {
  const ref = useRef<HTMLVideoElement>(null)
  const [player, setPlayer] = useState<StreamPlayer | null>(null)
  const first = useRef(startMs)
  first.current = startMs
  const last = useRef<number | null>(null)
  useEffect(() => {
    if (playlist === null || ref.current === null) return
    const own = new StreamPlayer(ref.current, playlist, last.current ?? first.current)
    setPlayer(own)
    return () => {
      last.current = own.get().atMs ?? last.current
      own.close()
      setPlayer(null)
    }
  }, [playlist])
  const shown = useSyncExternalStore(player?.subscribe ?? never, player?.get ?? getNothing)
  return { ref, player, shown }
}
