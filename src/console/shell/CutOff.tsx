/** What a page has to say that does not know whether it is right: not any more, or not yet. */
import { useEffect } from 'react'
import { useLive } from '../live/useLive.js'
import { useNow } from '../settings/clock.js'
import { spoken, useTimeFormat } from '../settings/time.js'

export function CutOff() {
  const { live, hasBeenLive, why } = useLive(({ standing }) => standing)
  const isOld = !live && hasBeenLive
  useEffect(() => {
    // the style sheet makes old figures look old
    document.documentElement.toggleAttribute('data-cut-off', isOld)
  }, [isOld])
  if (live || why === null) return null
  return isOld ? <Banner why={why} /> : <NotConnected why={why} />
}

function Banner({ why }: { readonly why: string }) {
  const { since } = useLive(({ standing }) => standing)
  const now = useNow()
  const format = useTimeFormat()
  const time = format.short(new Date(since).toISOString())
  return (
    <div className="cut-off" role="alert">
      <strong>Cut off since {time}</strong>
      <span aria-hidden="true"> ({spoken((now - since) / 1000)})</span>: {why}. What is shown is as of {time}; it goes
      on by itself as soon as the node is back.
    </div>
  )
}

const NotConnected = ({ why }: { readonly why: string }) => (
  <div className="cut-off" role="alert">
    <strong>Not connected:</strong> {why}. What happens is not known before that is over; the page tries again by
    itself.
  </div>
)
