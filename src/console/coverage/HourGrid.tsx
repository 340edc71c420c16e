/** The hours of a node's footage, a day a line: how each is shows at a glance, and what it comes to where the pointer or the focus is. */
import { type KeyboardEvent, useRef } from 'react'
import { placeOf } from '../settings/days.js'
import { useTimeFormat } from '../settings/time.js'
import { hourMs, kindOf, percent, startOf, type ToldHour } from './hour.js'

interface Props {
  readonly node: string
  readonly hours: readonly ToldHour[]
  /** The one that is looked at, of this node. */
  readonly chosen: string | null
  readonly onLook: (hour: ToldHour) => void
  readonly onChoose: (hour: ToldHour) => void
}

const steps: Readonly<Record<string, number>> = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -24, ArrowDown: 24 }

export function HourGrid({ node, hours, chosen, onLook, onChoose }: Props) {
  const { scale, startMs, day, short, name } = useTimeFormat()
  const grid = useRef<HTMLDivElement>(null)
  const ordered = hours.toSorted((a, b) => a.hour.localeCompare(b.hour))
  const days = new Map<number, (ToldHour | undefined)[]>()
  for (const hour of ordered) {
    const place = placeOf(startOf(hour.hour), scale, startMs)
    const slots = days.get(place.dayMs) ?? new Array<ToldHour | undefined>(24).fill(undefined)
    slots[place.hour] = hour
    days.set(place.dayMs, slots)
  }
  const last = ordered.at(-1)?.hour ?? ''
  const reachable = ordered.some(({ hour }) => hour === chosen) ? chosen : last
  const move = (event: KeyboardEvent): void => {
    const step = steps[event.key]
    const from = event.target instanceof HTMLElement ? event.target.dataset['hour'] : undefined
    if (step === undefined || from === undefined) return
    event.preventDefault()
    const cells = [...(grid.current?.querySelectorAll<HTMLElement>('[data-hour]') ?? [])]
    const wanted = startOf(from) + step * hourMs
    // over hours that there are not, on to the next that there is
    const beyond = cells.filter(
      (cell) => Math.sign(startOf(cell.dataset['hour'] ?? '') - wanted + step) === Math.sign(step),
    )
    const found = beyond.toSorted((a, b) => distance(a, wanted) - distance(b, wanted))[0]
    found?.focus()
  }
  return (
    <div
      ref={grid}
      className="hour-grid"
      role="group"
      aria-label={`Hours that ${node} has, in ${name}`}
      onKeyDown={move}
    >
      <div className="hour-day hour-names" aria-hidden="true">
        <span />
        <div className="hour-cells">
          {Array.from({ length: 24 }, (_, hour) => (
            <span key={hour}>{hour}</span>
          ))}
        </div>
      </div>
      {[...days].map(([dayMs, slots]) => (
        <div key={dayMs} className="hour-day">
          <span className="day">{day(new Date(dayMs).toISOString())}</span>
          <div className="hour-cells">
            {slots.map((hour, i) =>
              hour === undefined ? (
                <span key={i} className="hour nothing" title="no footage" />
              ) : (
                <button
                  key={i}
                  type="button"
                  className={`hour ${kindOf(hour)}`}
                  data-hour={hour.hour}
                  tabIndex={hour.hour === reachable ? 0 : -1}
                  aria-pressed={hour.hour === chosen}
                  aria-label={saying(hour, short(`${hour.hour}:00:00Z`))}
                  onMouseEnter={() => onLook(hour)}
                  onFocus={() => onLook(hour)}
                  onClick={() => onChoose(hour)}
                >
                  {sign(hour)}
                </button>
              ),
            )}
          </div>
        </div>
      ))}
    </div>
  )
}

const distance = (cell: HTMLElement, wanted: number): number => Math.abs(startOf(cell.dataset['hour'] ?? '') - wanted)

/** What is told by colour is told by a sign, too. */
function sign(hour: ToldHour): string {
  switch (kindOf(hour)) {
    case 'whole':
      return ''
    case 'uneven':
      return '≈'
    case 'holes':
      return hour.rawHoles > 99 ? '99+' : String(hour.rawHoles)
  }
}

function saying(hour: ToldHour, at: string): string {
  const { rawHoles, rawSeconds, ofSeconds } = hour
  const holes = rawHoles === 0 ? 'no holes' : `${rawHoles} ${rawHoles === 1 ? 'hole' : 'holes'}`
  return `${at}: ${percent(rawSeconds, ofSeconds)}, ${holes}${kindOf(hour) === 'uneven' ? ', not all in full segments' : ''}`
}
