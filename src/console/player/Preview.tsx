/** What the ranges of an edit show, one after another: the player jumps where the cut would be. Transitions are not shown. */
import { useEffect, useMemo, useRef, useState } from 'react'
import { useQueries } from '@tanstack/react-query'
import { Loading, Trouble } from '../components/Said.js'
import '../style/player.css'
import { footageQuery } from './footageQuery.js'
import { useClockFormat } from './useClockFormat.js'
import { entriesOf, playlistOf, type Span } from './mediaPlaylist.js'
import { type Part, stretchesOf } from './streamTime.js'
import { useStreamPlayer } from './useStreamPlayer.js'

interface Props {
  readonly channel: string
  readonly quality: string
  readonly ranges: readonly Span[]
}

export function Preview({ channel, quality, ranges }: Props) {
  const { data, error, refetch } = useQueries({
    queries: ranges.map((range) => footageQuery({ channel, quality, ...range })),
    combine: (results) => ({
      data: results.every(({ data }) => data !== undefined)
        ? results.map(({ data }) => data ?? '').join('\n\n\n')
        : null,
      error: results.find(({ error }) => error !== null)?.error ?? null,
      refetch: () => results.forEach((result) => void result.refetch()),
    }),
  })
  const name = JSON.stringify(ranges)
  const planned = useMemo(
    () => (data === null ? null : planOf(JSON.parse(name) as Span[], data.split('\n\n\n'))),
    [data, name],
  )
  if (error !== null) return <Trouble what="The preview can’t be played" error={error} onAgain={refetch} />
  if (planned === null) return <Loading what="Asking for the segments" />
  if (planned.parts.length === 0) return <p className="said">This node has no footage of these ranges.</p>
  return <Playing key={name} {...planned} />
}

interface Planned {
  readonly playlist: string
  readonly parts: readonly Part[]
}

/** The segments of each range, and which of them belong to it. A range of which there is nothing is left out. */
function planOf(ranges: readonly Span[], playlists: readonly string[]): Planned {
  const stretches = playlists.map(entriesOf)
  let from = 0
  const parts = stretches.map((entries, i) => {
    const { startMs = 0, endMs = 0 } = ranges[i] ?? {}
    const part = { startMs, endMs, from, to: from + entries.length }
    from = part.to
    return part
  })
  return { playlist: playlistOf(stretches), parts: parts.filter((part) => part.to > part.from) }
}

function Playing({ playlist, parts }: Planned) {
  const { ref, player, shown } = useStreamPlayer(playlist, parts[0]?.startMs ?? null)
  const [part, setPart] = useState(0)
  const [isOver, setIsOver] = useState(false)
  const at = useRef(0)
  const format = useClockFormat()
  const goTo = (next: number): void => {
    at.current = next
    setPart(next)
    setIsOver(false)
    const stretch = player && stretchesOf(player.segments, parts)[next]
    if (player && stretch) player.seekSeconds(stretch.start)
  }
  const picture = useRef<(seconds: number) => void>(() => undefined)
  picture.current = (seconds) => {
    const stretch = player && stretchesOf(player.segments, parts)[at.current]
    if (!player || !stretch || ref.current?.paused !== false || ref.current.seeking) return
    // the next picture would be beyond the cut
    if (seconds + player.get().frameSeconds < stretch.end - 0.001) return
    if (at.current + 1 < parts.length) return goTo(at.current + 1)
    ref.current.pause()
    setIsOver(true)
  }
  useEffect(() => {
    if (player) player.onPicture = (seconds) => picture.current(seconds)
  }, [player])
  const toggle = (): void => {
    if (isOver || shown.atMs === null) goTo(isOver ? 0 : part)
    player?.togglePlaying()
  }
  const last = parts.length - 1
  return (
    <div className="preview" role="group" aria-label="Preview of the cut">
      <video ref={ref} playsInline tabIndex={-1} data-at={shown.atMs ?? ''} data-part={part} data-over={isOver} />
      <div className="player-row">
        <button type="button" onClick={toggle}>
          {shown.playing ? 'Pause' : isOver ? 'Play again' : 'Play the cut'}
        </button>
        <button type="button" disabled={part === 0} onClick={() => goTo(part - 1)} aria-label="The range before">
          ◂
        </button>
        <button type="button" disabled={part === last} onClick={() => goTo(part + 1)} aria-label="The next range">
          ▸
        </button>
        <button
          type="button"
          onClick={() => {
            const end = parts[part]?.endMs
            if (end !== undefined) player?.seek(Math.max(parts[part]?.startMs ?? 0, end - 3000))
          }}
          disabled={part === last}
          title="Three seconds before the next cut"
        >
          To the cut
        </button>
        <output aria-label="Range">
          Range {part + 1} of {parts.length}
        </output>
        <output className="clock" aria-label="Shown">
          {shown.atMs === null ? '' : format.exact(shown.atMs)}
        </output>
      </div>
      {shown.trouble !== null && (
        <p className="error-line" role="alert">
          It does not play: {shown.trouble}
        </p>
      )}
    </div>
  )
}
