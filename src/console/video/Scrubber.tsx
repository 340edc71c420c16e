/** Moves through a video's life: drag, step, play. Where it is stands in the address. */
import { useEffect, useRef, useState } from 'react'
import { useKeys } from '../keys/keys.js'
import { useKeysWithin } from '../keys/keysWithin.js'

const playEveryMs = 700
/** While somebody drags, what is shown follows so often: each place is asked of the node, and a browser bears few changes of the address. */
const followEveryMs = 120

interface Props {
  readonly newest: number
  readonly version: number
  readonly onVersion: (version: number) => void
}

export function Scrubber({ newest, version, onVersion }: Props) {
  const [playing, setPlaying] = useState(false)
  const { place, drag } = useDragged(version, onVersion)
  const go = (to: number): void => {
    setPlaying(false)
    onVersion(Math.min(newest, Math.max(1, to)))
  }
  const play = (): void => {
    if (!playing && version === newest) onVersion(1)
    setPlaying(!playing)
  }
  useEffect(() => {
    if (!playing) return
    const timer = setTimeout(() => (version < newest ? onVersion(version + 1) : setPlaying(false)), playEveryMs)
    return () => clearTimeout(timer)
  }, [playing, version, newest, onVersion])
  useKeys('The video’s life', [
    { keys: 'ArrowLeft', does: 'one event back', run: () => go(version - 1) },
    { keys: 'ArrowRight', does: 'one event on', run: () => go(version + 1) },
    { keys: 'p', does: 'plays it, or stops', run: play },
  ])
  const onKeyDown = useKeysWithin('The video’s life, while its scrubber has the focus', [
    { keys: 'Home', does: 'to its beginning', run: () => go(1) },
    { keys: 'End', does: 'to now', run: () => go(newest) },
  ])
  return (
    <div className="scrubber" role="group" aria-label="The moment of its life that is shown" onKeyDown={onKeyDown}>
      <button type="button" onClick={() => go(version - 1)} disabled={version <= 1} aria-label="One event back">
        ◂
      </button>
      <button type="button" onClick={play} aria-pressed={playing}>
        {playing ? 'Stop' : 'Play'}
      </button>
      <button type="button" onClick={() => go(version + 1)} disabled={version >= newest} aria-label="One event on">
        ▸
      </button>
      <input
        type="range"
        min={1}
        max={newest}
        value={place}
        aria-label="Version"
        aria-valuetext={`event ${place} of ${newest}`}
        onChange={({ target }) => {
          setPlaying(false)
          drag(Number(target.value))
        }}
      />
      <output className={place < newest ? 'past' : ''}>
        {place < newest ? `as at ${place} of ${newest}` : `now (${newest})`}
      </output>
      <button type="button" onClick={() => go(newest)} disabled={version >= newest}>
        To now
      </button>
    </div>
  )
}

/** Where the handle is: under the finger at once, and told on a little later. */
function useDragged(version: number, onVersion: (version: number) => void) {
  const [dragged, setDragged] = useState<number | null>(null)
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined)
  const latest = useRef({ to: version, onVersion })
  latest.current.onVersion = onVersion
  useEffect(() => setDragged(null), [version])
  useEffect(() => () => clearTimeout(timer.current), [])
  const drag = (to: number): void => {
    setDragged(to)
    latest.current.to = to
    timer.current ??= setTimeout(() => {
      timer.current = undefined
      latest.current.onVersion(latest.current.to)
    }, followEveryMs)
  }
  return { place: dragged ?? version, drag }
}
