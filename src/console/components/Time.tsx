import { useNow } from '../settings/clock.js'
import { spoken, useTimeFormat } from '../settings/time.js'

/** A moment, as the person wants times shown; in UTC to the millisecond where the pointer rests. */
export function Time({ at, long = false }: { readonly at: string; readonly long?: boolean }) {
  const format = useTimeFormat()
  return (
    <time dateTime={at} title={`${at} (shown: ${format.name})`}>
      {long ? format.long(at) : format.short(at)}
    </time>
  )
}

/** The same to the millisecond, where a day is known from around it. */
export function PreciseTime({ at }: { readonly at: string }) {
  const format = useTimeFormat()
  return (
    <time dateTime={at} title={`${at} (shown: ${format.name})`}>
      {format.precise(at)}
    </time>
  )
}

/** How long ago it was, told anew as time goes by. */
export const Ago = ({ at }: { readonly at: string }) => (
  <time dateTime={at} title={at}>
    {useSpokenSince(at)} ago
  </time>
)

/** For how long it has been so, told anew as time goes by. */
export const Lasting = ({ since }: { readonly since: string }) => (
  <time dateTime={since} title={`since ${since}`}>
    for {useSpokenSince(since)}
  </time>
)

function useSpokenSince(at: string): string {
  const ms = Date.parse(at)
  const now = useNow(Date.now() - ms < 120_000 ? 1_000 : 30_000)
  return spoken((now - ms) / 1000)
}

/** In how long it will be. */
export function Ahead({ at }: { readonly at: string }) {
  const now = useNow()
  const seconds = (Date.parse(at) - now) / 1000
  return (
    <time dateTime={at} title={at}>
      {seconds > 0 ? `in ${spoken(seconds)}` : 'now'}
    </time>
  )
}
