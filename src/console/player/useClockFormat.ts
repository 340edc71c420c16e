/** How the person wants times of the footage shown. */
import { useMemo } from 'react'
import { useQuery } from '@tanstack/react-query'
import { api } from '../api.js'
import { useSetting } from '../settings/setting.js'
import { timeScale } from '../settings/time.js'
import { type ClockFormat, clockFormat } from './clockTime.js'

export function useClockFormat(): ClockFormat {
  const scale = useSetting(timeScale)
  const { data: about } = useQuery({
    queryKey: ['about'],
    queryFn: ({ signal }) => api.about(signal),
    staleTime: Infinity,
  })
  const streamStart = about?.streamStart ?? null
  return useMemo(() => clockFormat(scale, streamStart), [scale, streamStart])
}
