/** Times of the footage to the millisecond, as the person wants times shown, written and read. */
export interface ClockFormat {
  readonly name: string
  /** Such as `2026-01-31 18:00:02.033`; of stream time `26:03:07.033`. */
  readonly exact: (ms: number) => string
  /** What somebody has written, in milliseconds since 1970; null where it is no time. */
  readonly read: (text: string) => number | null
  /** How a time is written. */
  readonly example: string
}

const two = (n: number): string => String(n).padStart(2, '0')
const three = (n: number): string => String(n).padStart(3, '0')

export function clockFormat(scale: 'UTC' | 'local' | 'stream', streamStart: string | null): ClockFormat {
  if (scale === 'stream' && streamStart !== null) return streamFormat(Date.parse(streamStart))
  const isLocal = scale === 'local'
  const offsetMs = (ms: number): number => (isLocal ? -new Date(ms).getTimezoneOffset() * 60_000 : 0)
  return {
    name: isLocal ? 'local time' : 'UTC',
    example: '2026-01-31 18:00:02.033',
    exact: (ms) => new Date(ms + offsetMs(ms)).toISOString().slice(0, 23).replace('T', ' '),
    read(text) {
      const [, day, clock, fraction = ''] =
        /^(\d{4}-\d\d-\d\d)[T ](\d\d?:\d\d(?::\d\d)?)(\.\d{1,3})?\s*Z?$/.exec(text.trim()) ?? []
      if (day === undefined || clock === undefined) return null
      const whole = clock.split(':').map((part) => part.padStart(2, '0'))
      const written = `${day}T${[...whole, '00'].slice(0, 3).join(':')}${fraction}`
      const ms = Date.parse(isLocal ? written : `${written}Z`)
      return Number.isNaN(ms) ? null : ms
    },
  }
}

const streamFormat = (beginsMs: number): ClockFormat => ({
  name: 'stream time',
  example: '26:03:07.033',
  exact(ms) {
    const since = Math.abs(ms - beginsMs)
    const seconds = Math.floor(since / 1000)
    const clock = `${Math.floor(seconds / 3600)}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`
    return `${ms < beginsMs ? '-' : ''}${clock}.${three(Math.floor(since % 1000))}`
  },
  read(text) {
    const [, minus, hours, minutes, seconds = '0', fraction = ''] =
      /^([-−])?(\d+):(\d\d)(?::(\d\d))?(?:\.(\d{1,3}))?$/.exec(text.trim()) ?? []
    if (hours === undefined || minutes === undefined) return null
    const since =
      (Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)) * 1000 + Number(fraction.padEnd(3, '0'))
    return beginsMs + (minus === undefined ? since : -since)
  },
})
