/** Which stretch of the footage is looked at first: where the ranges are, else where the moment was, else the latest. */
import { useState } from 'react'
import { useQuery } from '@tanstack/react-query'
import type { Row } from '../answers.js'
import { api } from '../api.js'
import { useQualities } from './FootageFields.js'
import { type FormRange, isWhole } from './ranges.js'
import { lengths, type View } from './view.js'

const HOUR_MS = 3_600_000
const BEFORE_MS = 120_000

export function useView(channel: string, quality: string, ranges: readonly FormRange[], row: Row | null) {
  const [chosen, choose] = useState<View | null>(null)
  const [first] = useState(() => spanOf(ranges, row))
  const qualities = useQualities(channel)
  const isKnown = qualities.includes(quality)
  const usual = isKnown ? quality : (qualities[0] ?? '')
  const { data: hours } = useQuery({
    queryKey: ['hours', channel, usual],
    queryFn: ({ signal }) => api.hours(channel, usual, signal),
    enabled: channel !== '' && usual !== '' && first === null,
    // a new hour would take whoever comes back to the tab away from where they were
    refetchOnWindowFocus: false,
  })
  const last = hours?.at(-1)
  const view: View | null =
    usual === ''
      ? null
      : (chosen ??
        (first !== null
          ? { quality: usual, ...first }
          : last === undefined
            ? null
            : { quality: usual, startMs: Date.parse(`${last}:00:00Z`), lengthMs: HOUR_MS }))
  return [view, choose] as const
}

function spanOf(ranges: readonly FormRange[], row: Row | null): Omit<View, 'quality'> | null {
  const whole = ranges.filter(isWhole)
  const moment = [row?.['event_start'], row?.['event_end']]
    .map((at) => Date.parse(typeof at === 'string' ? at : ''))
    .filter((ms) => !Number.isNaN(ms))
  const starts = [...whole.map(({ startMs }) => startMs), ...(whole.length === 0 ? moment : [])]
  const ends = [...whole.map(({ endMs }) => endMs), ...(whole.length === 0 ? moment : [])]
  if (starts.length === 0) return null
  const startMs = Math.min(...starts) - BEFORE_MS
  const needed = Math.max(...ends) + BEFORE_MS - startMs
  return { startMs, lengthMs: lengths.find((ms) => ms >= Math.max(needed, 600_000)) ?? lengths.at(-1) ?? HOUR_MS }
}
