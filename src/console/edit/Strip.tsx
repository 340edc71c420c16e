/** The footage that is looked at as one strip: its sound, what is missing, the ranges, and where one is. */
import { api, type Footage } from '../api.js'
import { AskedPicture } from '../components/AskedPicture.js'
import type { ClockFormat } from '../player/clockTime.js'
import type { Span } from '../player/mediaPlaylist.js'
import { type FormRange, isWhole } from './ranges.js'

interface Props {
  readonly footage: Footage
  readonly holes: readonly Span[]
  readonly ranges: readonly FormRange[]
  readonly chosen: number
  readonly atMs: number | null
  readonly format: ClockFormat
  readonly onSeek: (ms: number) => void
}

const colour = (): string =>
  getComputedStyle(document.documentElement).getPropertyValue('--line').trim().replace('#', '') || '808080'

export function Strip({ footage, holes, ranges, chosen, atMs, format, onSeek }: Props) {
  const { channel, quality, startMs, endMs } = footage
  const percent = (ms: number): number => Math.min(100, Math.max(0, ((ms - startMs) / (endMs - startMs)) * 100))
  const place = (span: Span) => ({
    left: `${percent(span.startMs)}%`,
    width: `${Math.max(0.15, percent(span.endMs) - percent(span.startMs))}%`,
  })
  const look = { size: '1200x80', color: colour() }
  return (
    <div className="strip">
      <AskedPicture
        of={['waveform', channel, quality, startMs, endMs, look.color]}
        ask={(signal) => api.waveform(footage, look, signal)}
        alt=""
        className="waveform"
      />
      {holes.map((hole) => (
        <span key={hole.startMs} className="hole" style={place(hole)} title="This node has no footage here" />
      ))}
      {ranges.map(
        (range, i) =>
          isWhole(range) &&
          range.endMs > startMs &&
          range.startMs < endMs && (
            <span key={range.key} className={i === chosen ? 'range chosen' : 'range'} style={place(range)}>
              {i + 1}
            </span>
          ),
      )}
      {atMs !== null && <span className="playhead" style={{ left: `${percent(atMs)}%` }} />}
      <input
        type="range"
        aria-label="Where in the footage"
        aria-valuetext={atMs === null ? 'nowhere yet' : format.exact(atMs)}
        min={startMs}
        max={endMs}
        step={100}
        value={Math.round(atMs ?? startMs)}
        onChange={(event) => onSeek(Number(event.target.value))}
        onKeyDown={(event) => {
          // the keys of the page step by pictures, which a slider can't
          if (event.key.startsWith('Arrow')) event.currentTarget.blur()
        }}
      />
    </div>
  )
}
