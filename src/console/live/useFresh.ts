/** What was asked of the API is asked again when events say that it may be different now; often enough, but not at each event. */
import { useEffect, useRef } from 'react'
import { type QueryKey, useQueryClient } from '@tanstack/react-query'
import type { ShownEvent } from '../../http/feed.js'
import { useEvents, useLive } from './useLive.js'

/** @param concerns which events make `key` old; all where it is left out. @param everyMs at most so often. */
export function useFresh(key: QueryKey, concerns: (event: ShownEvent) => boolean = () => true, everyMs = 1_000): void {
  const client = useQueryClient()
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined)
  const live = useLive(({ standing }) => standing.live)
  const name = JSON.stringify(key)
  const renew = (): void => {
    timer.current ??= setTimeout(() => {
      timer.current = undefined
      void client.invalidateQueries({ queryKey: JSON.parse(name) as QueryKey })
    }, everyMs)
  }
  useEvents((events) => {
    if (events.some(concerns)) renew()
  })
  // whatever was missed while the page was cut off
  useEffect(() => {
    if (live) void client.invalidateQueries({ queryKey: JSON.parse(name) as QueryKey })
  }, [client, live, name])
  useEffect(() => () => clearTimeout(timer.current), [])
}
