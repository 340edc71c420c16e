/** How times are shown: as the log has them, as the clock on the wall, or counted from when the stream began. */
import { createContext, useContext, useMemo } from 'react'
import { useQuery } from '@tanstack/react-query'
import { api } from '../api.js'
import type { Scale } from './days.js'
import { setting, useSetting } from './setting.js'

export const timeScale = setting('time', ['UTC', 'local', 'stream'])

export interface TimeFormat {
  /** Such as `14:03:07`; with the day where it is not today's. */
  readonly short: (iso: string) => string
  /** With the day, always. */
  readonly long: (iso: string) => string
  /** To the millisecond. */
  readonly precise: (iso: string) => string
  /** The day alone; in stream time the hours that it begins at. */
  readonly day: (iso: string) => string
  readonly name: string
  readonly scale: Scale
  /** Milliseconds since 1970; null where the stream's beginning is not known. */
  readonly startMs: number | null
}

/** Of the whole console: a page has hundreds of times, and to make a format costs more than to use it. */
export const TimeFormatContext = createContext<TimeFormat | null>(null)

export function useTimeFormat(): TimeFormat {
  const format = useContext(TimeFormatContext)
  if (format === null) throw new Error('no time without a TimeFormatContext')
  return format
}

/** As the person wants times shown. Where the stream's beginning is not known, its time can't be: UTC is shown, and named so. */
export function useChosenTimeFormat(): TimeFormat {
  const scale = useSetting(timeScale)
  const { data: about } = useQuery({
    queryKey: ['about'],
    queryFn: ({ signal }) => api.about(signal),
    staleTime: Infinity,
  })
  const start = about?.streamStart ?? null
  return useMemo(() => formatFor(scale, start), [scale, start])
}

function formatFor(scale: Scale, start: string | null): TimeFormat {
  if (scale === 'stream' && start !== null) {
    const startMs = Date.parse(start)
    const since = (iso: string): string => sinceStart(Date.parse(iso) - startMs)
    return {
      ...{ name: 'stream time', scale, startMs, short: since, long: since },
      precise: (iso) => `${since(iso)}.${thousandths(Date.parse(iso) - startMs)}`,
      day: (iso) => `from ${since(iso).replace(/:00:00$/, ' h')}`,
    }
  }
  const timeZone = scale === 'local' ? undefined : 'UTC'
  const name = scale === 'local' ? 'local time' : 'UTC'
  const day = new Intl.DateTimeFormat('sv-SE', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' })
  const clock = new Intl.DateTimeFormat('en-GB', {
    ...{ timeZone, hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' },
  })
  const long = (iso: string): string => `${day.format(Date.parse(iso))} ${clock.format(Date.parse(iso))}`
  return {
    ...{ name, long, startMs: null, scale: scale === 'local' ? 'local' : 'UTC' },
    day: (iso) => day.format(Date.parse(iso)),
    precise: (iso) => `${clock.format(Date.parse(iso))}.${thousandths(Date.parse(iso))}`,
    short: (iso) =>
      day.format(Date.parse(iso)) === day.format(Date.now()) ? clock.format(Date.parse(iso)) : long(iso),
  }
}

const thousandths = (ms: number): string => String(Math.abs(ms) % 1000).padStart(3, '0')

/** `26:03:07`, as people on the stream say it; before its beginning with a minus. */
function sinceStart(ms: number): string {
  const seconds = Math.floor(Math.abs(ms) / 1000)
  const two = (n: number): string => String(n).padStart(2, '0')
  return `${ms < 0 ? '−' : ''}${Math.floor(seconds / 3600)}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`
}

/** How long something has lasted, in the two largest units that say something: `3 d 4 h`, `2 min 5 s`. */
export function spoken(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds))
  const parts = [
    [Math.floor(whole / 86_400), 'd'],
    [Math.floor(whole / 3600) % 24, 'h'],
    [Math.floor(whole / 60) % 60, 'min'],
    [whole % 60, 's'],
  ] as const
  const first = parts.findIndex(([n]) => n > 0)
  if (first < 0) return '0 s'
  return parts
    .slice(first, first + 2)
    .filter(([n]) => n > 0)
    .map(([n, unit]) => `${n} ${unit}`)
    .join(' ')
}
