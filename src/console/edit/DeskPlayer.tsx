/** The player of the desk: looks for a picture, to the frame, and marks it. */
import { useMemo } from 'react'
import { useQuery } from '@tanstack/react-query'
import type { Footage } from '../api.js'
import { Loading, Trouble } from '../components/Said.js'
import { useKeys } from '../keys/keys.js'
import { footageQuery } from '../player/footageQuery.js'
import { useClockFormat } from '../player/useClockFormat.js'
import { entriesOf, holesIn, playlistOf } from '../player/mediaPlaylist.js'
import { markOf } from '../player/streamTime.js'
import { useStreamPlayer } from '../player/useStreamPlayer.js'
import '../style/player.css'
import type { FormRange } from './ranges.js'
import { Strip } from './Strip.js'

interface Props {
  readonly footage: Footage
  readonly ranges: readonly FormRange[]
  readonly chosen: number
  /** Nothing can be marked. */
  readonly isLocked: boolean
  /** A picture can be taken for the thumbnail. */
  readonly canPick: boolean
  readonly startMs: number | null
  readonly onChoose: (range: number) => void
  readonly onMark: (end: 'startMs' | 'endMs', ms: number) => void
  readonly onNew: () => void
  /** What has been recorded since is to be shown, too. */
  readonly onNewest: () => void
  readonly onPick: (ms: number) => void
}

export function DeskPlayer(props: Props) {
  const { channel, startMs, endMs } = props.footage
  const { data, error, refetch } = useQuery({
    ...footageQuery(props.footage),
    // of the same stretch in another quality, or further on, the place is kept
    placeholderData: (before, query) =>
      query?.queryKey[1] === channel && query.queryKey[3] === startMs ? before : undefined,
  })
  const entries = useMemo(() => (data === undefined ? null : entriesOf(data)), [data])
  if (error !== null && data === undefined)
    return <Trouble what="The footage can’t be shown" error={error} onAgain={() => void refetch()} />
  if (entries === null) return <Loading what="Asking for the footage" />
  if (entries.length === 0) return <p className="said">This node has no footage of this time.</p>
  return (
    <>
      <Looking
        key={`${channel} ${startMs}`}
        {...props}
        playlist={playlistOf([entries])}
        holes={holesIn(entries, { startMs, endMs })}
      />
      {error !== null && (
        <Trouble what="The newest footage can’t be had" error={error} onAgain={() => void refetch()} />
      )}
    </>
  )
}

interface LookingProps extends Props {
  readonly playlist: string
  readonly holes: ReturnType<typeof holesIn>
}

function Looking(props: LookingProps) {
  const { footage, playlist, holes, ranges, chosen, isLocked, canPick, startMs, ...on } = props
  const { ref, player, shown } = useStreamPlayer(playlist, startMs)
  const format = useClockFormat()
  const range = ranges[chosen]
  const markNow = (end: 'startMs' | 'endMs'): void => {
    const { atMs = null } = player?.get() ?? {}
    if (atMs !== null && !isLocked) on.onMark(end, markOf(atMs))
  }
  const pick = (): void => {
    const { atMs = null } = player?.get() ?? {}
    if (atMs !== null && canPick) on.onPick(markOf(atMs))
  }
  const goTo = (ms: number | null | undefined): void => {
    if (ms !== null && ms !== undefined) player?.seek(ms)
  }
  useKeys('The edit', [
    { keys: 'Space', does: 'plays, or pauses', run: () => player?.togglePlaying() },
    { keys: 'ArrowLeft', does: 'one picture back', run: () => player?.step(-1) },
    { keys: 'ArrowRight', does: 'one picture on', run: () => player?.step(1) },
    { keys: 'Shift+ArrowLeft', does: 'one second back', run: () => player?.skip(-1) },
    { keys: 'Shift+ArrowRight', does: 'one second on', run: () => player?.skip(1) },
    { keys: 'j', does: 'ten seconds back', run: () => player?.skip(-10) },
    { keys: 'l', does: 'ten seconds on', run: () => player?.skip(10) },
    { keys: 'i', does: 'marks the picture that is shown as the first of the range', run: () => markNow('startMs') },
    { keys: 'o', does: 'marks the end: the picture that is shown is left out', run: () => markNow('endMs') },
    { keys: 'n', does: 'begins a new range', run: () => !isLocked && on.onNew() },
    { keys: 'ArrowUp', does: 'chooses the range before', run: () => on.onChoose(Math.max(0, chosen - 1)) },
    {
      keys: 'ArrowDown',
      does: 'chooses the next range',
      run: () => on.onChoose(Math.min(ranges.length - 1, chosen + 1)),
    },
    { keys: '[', does: 'goes to the start of the range', run: () => goTo(range?.startMs) },
    { keys: ']', does: 'goes to the end of the range', run: () => goTo(range?.endMs) },
    { keys: 'r', does: 'asks for the newest footage, and stays where it is', run: on.onNewest },
    { keys: 't', does: 'takes the picture that is shown for the thumbnail', run: pick },
  ])
  const { atMs, frameSeconds, isRateKnown } = shown
  return (
    <div className="desk-player" role="group" aria-label="The footage">
      <video ref={ref} playsInline tabIndex={-1} data-at={atMs ?? ''} onClick={() => player?.togglePlaying()} />
      <Strip {...{ footage, holes, ranges, chosen, atMs, format }} onSeek={(ms) => player?.seek(ms)} />
      <div className="player-row">
        <button type="button" onClick={() => player?.togglePlaying()}>
          {shown.playing ? 'Pause' : 'Play'}
        </button>
        <button type="button" onClick={() => player?.skip(-1)} aria-label="One second back">
          −1 s
        </button>
        <button type="button" onClick={() => player?.step(-1)} aria-label="One picture back">
          ◂
        </button>
        <output className="clock" aria-label="Shown">
          {atMs === null ? 'no picture yet' : format.exact(markOf(atMs))}
        </output>
        <button type="button" onClick={() => player?.step(1)} aria-label="One picture on">
          ▸
        </button>
        <button type="button" onClick={() => player?.skip(1)} aria-label="One second on">
          +1 s
        </button>
        <small className="quiet">
          {format.name},{' '}
          {isRateKnown
            ? `${Number((1 / frameSeconds).toFixed(2))} pictures a second`
            : 'how many pictures a second is not known yet'}
        </small>
      </div>
      <div className="player-row">
        <button type="button" disabled={isLocked || atMs === null} onClick={() => markNow('startMs')}>
          Mark the start <kbd>i</kbd>
        </button>
        <button type="button" disabled={isLocked || atMs === null} onClick={() => markNow('endMs')}>
          Mark the end <kbd>o</kbd>
        </button>
        <button type="button" disabled={isLocked} onClick={on.onNew}>
          New range <kbd>n</kbd>
        </button>
        <button type="button" disabled={!canPick || atMs === null} onClick={pick}>
          Take for the thumbnail <kbd>t</kbd>
        </button>
      </div>
      {shown.trouble !== null && (
        <p className="error-line" role="alert">
          It does not play: {shown.trouble}
        </p>
      )}
    </div>
  )
}
