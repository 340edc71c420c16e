/** The ranges in the order in which they are shown, each with how it comes in. */
import { transitionKinds } from '../../../machines/transitionKinds.js'
import { type ClockFormat } from '../player/clockTime.js'
import { spoken } from '../settings/time.js'
import { type FormRange, isWhole, type Join, lastingSeconds, mark, moved } from './ranges.js'
import { SecondsField } from './SecondsField.js'
import { TimeField } from './TimeField.js'
import type { Looked } from './useHoles.js'

interface Props {
  readonly ranges: readonly FormRange[]
  readonly chosen: number
  readonly format: ClockFormat
  /** By the range's key. */
  readonly holes: ReadonlyMap<number, Looked>
  readonly onRanges: (ranges: readonly FormRange[], chosen?: number) => void
}

export function RangeList({ ranges, chosen, format, holes, onRanges }: Props) {
  const change = (at: number, range: FormRange): void => onRanges(ranges.with(at, range))
  if (ranges.length === 0)
    return <p className="said">No range yet: find the first picture, mark it (i), find the end and mark that (o).</p>
  return (
    <>
      <ol className="range-list">
        {ranges.map((range, i) => (
          <li key={range.key} className={i === chosen ? 'chosen' : ''}>
            {i > 0 && <JoinField join={range.comesIn} at={i} onJoin={(comesIn) => change(i, { ...range, comesIn })} />}
            <div className="range-line" role="group" aria-label={`Range ${i + 1}`}>
              <button type="button" aria-pressed={i === chosen} onClick={() => onRanges(ranges, i)}>
                Range {i + 1}
              </button>
              <TimeField
                label="from"
                atMs={range.startMs}
                format={format}
                onTime={(ms) => change(i, mark(range, 'startMs', ms))}
              />
              <TimeField
                label="to"
                atMs={range.endMs}
                format={format}
                onTime={(ms) => change(i, mark(range, 'endMs', ms))}
              />
              <span className="quiet lasting">
                {isWhole(range) ? lasting((range.endMs - range.startMs) / 1000) : 'not whole yet'}
              </span>
              <span className="range-buttons">
                <button
                  type="button"
                  disabled={i === 0}
                  aria-label={`Range ${i + 1} earlier`}
                  onClick={() => onRanges(moved(ranges, i, i - 1), i - 1)}
                >
                  ↑
                </button>
                <button
                  type="button"
                  disabled={i === ranges.length - 1}
                  aria-label={`Range ${i + 1} later`}
                  onClick={() => onRanges(moved(ranges, i, i + 1), i + 1)}
                >
                  ↓
                </button>
                <button
                  type="button"
                  aria-label={`Remove range ${i + 1}`}
                  onClick={() =>
                    onRanges(
                      ranges.filter((one) => one !== range),
                      Math.max(0, Math.min(i, ranges.length - 2)),
                    )
                  }
                >
                  ✕
                </button>
              </span>
            </div>
            <HoleLine holes={holes.get(range.key) ?? 'asking'} format={format} />
          </li>
        ))}
      </ol>
      <p className="quiet">
        {ranges.length} {ranges.length === 1 ? 'range' : 'ranges'}, {lasting(lastingSeconds(ranges))} in all. Times are
        in {format.name}.
      </p>
    </>
  )
}

const lasting = (seconds: number): string => (seconds < 60 ? `${Number(seconds.toFixed(3))} s` : spoken(seconds))

function HoleLine({ holes, format }: { readonly holes: Looked; readonly format: ClockFormat }) {
  const [first] = typeof holes === 'string' ? [] : holes
  if (first === undefined) return null
  const more = holes.length - 1
  return (
    <p className="warning-line">
      This node has no footage from {format.exact(first.startMs)} to {format.exact(first.endMs)}
      {more > 0 && ` and of ${more} more ${more === 1 ? 'hole' : 'holes'}`}.
    </p>
  )
}

function JoinField({
  join,
  at,
  onJoin,
}: {
  readonly join: Join
  readonly at: number
  readonly onJoin: (join: Join) => void
}) {
  return (
    <div className="join" role="group" aria-label={`From range ${at} to range ${at + 1}`}>
      <label>
        comes in by
        <select
          value={join?.[0] ?? ''}
          onChange={(event) => onJoin(event.target.value === '' ? null : [event.target.value, join?.[1] ?? 1])}
        >
          <option value="">a hard cut</option>
          {Object.entries(transitionKinds).map(([kind, says]) => (
            <option key={kind} value={kind}>
              {kind}: {says}
            </option>
          ))}
        </select>
      </label>
      {join !== null && <SecondsField seconds={join[1]} onSeconds={(seconds) => onJoin([join[0], seconds])} />}
    </div>
  )
}
