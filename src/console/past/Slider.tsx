/** The days of the log as a line to drag along, with how much moved in each hour. */
import { useMemo } from 'react'
import { useQuery } from '@tanstack/react-query'
import { api } from '../api.js'
import { useTimeFormat } from '../settings/time.js'

interface Props {
  readonly firstMs: number
  readonly lastMs: number
  readonly ms: number
  readonly onMs: (ms: number) => void
}

const hourMs = 3_600_000
const dayMs = 24 * hourMs
/** More days than so have their marks without a text. */
const manyDays = 14

export function Slider({ firstMs, lastMs, ms, onMs }: Props) {
  const format = useTimeFormat()
  return (
    <div className="past-slider">
      <Hours firstMs={firstMs} lastMs={lastMs} />
      <input
        type="range"
        min={0}
        max={Math.floor((lastMs - firstMs) / 1_000)}
        value={Math.round((ms - firstMs) / 1_000)}
        aria-label="The time that is shown"
        aria-valuetext={`${format.long(new Date(ms).toISOString())} ${format.name}`}
        onChange={({ target }) => onMs(firstMs + Number(target.value) * 1_000)}
      />
      <Days firstMs={firstMs} lastMs={lastMs} />
    </div>
  )
}

function Hours({ firstMs, lastMs }: { readonly firstMs: number; readonly lastMs: number }) {
  const { data } = useQuery({
    ...{ queryKey: ['board', 'hours'], staleTime: 60_000, refetchInterval: 60_000 },
    queryFn: ({ signal }) => api.boardHours(signal),
  })
  const bars = useMemo(() => {
    const hours = data?.hours ?? []
    const most = Math.max(1, ...hours.map(({ moves }) => moves))
    // a root: what is little is seen beside what is much
    return hours.map(({ hour, moves }) => ({ at: Date.parse(hour), height: Math.max(1, 20 * Math.sqrt(moves / most)) }))
  }, [data])
  const span = Math.max(1, lastMs - firstMs)
  return (
    <svg className="past-hours" viewBox="0 0 1000 20" preserveAspectRatio="none" aria-hidden="true">
      {bars.map(({ at, height }) => {
        const [from, to] = [Math.max(at, firstMs), Math.min(at + hourMs, lastMs)]
        const x = (1_000 * (from - firstMs)) / span
        return <rect key={at} x={x} y={20 - height} width={Math.max(1, (1_000 * (to - from)) / span)} height={height} />
      })}
    </svg>
  )
}

/** Where each day begins, UTC. */
function Days({ firstMs, lastMs }: { readonly firstMs: number; readonly lastMs: number }) {
  const first = Math.ceil(firstMs / dayMs) * dayMs
  const days = Math.max(0, Math.floor((lastMs - first) / dayMs) + 1)
  const shown = Array.from({ length: Math.min(days, 400) }, (_, i) => first + i * dayMs)
  return (
    <ul className="past-days" aria-hidden="true">
      {shown.map((day) => (
        <li key={day} style={{ left: `${(100 * (day - firstMs)) / Math.max(1, lastMs - firstMs)}%` }}>
          {days <= manyDays && new Date(day).toISOString().slice(5, 10)}
        </li>
      ))}
    </ul>
  )
}
