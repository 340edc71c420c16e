/** What a page has to say that does not know any more whether it is right. */
import { useEffect } from 'react'
import { useLive } from '../live/useLive.js'
import { useNow } from '../settings/clock.js'
import { spoken, useTimeFormat } from '../settings/time.js'

export function CutOff() {
  const { live, hasBeenLive } = useLive(({ standing }) => standing)
  const isOld = !live && hasBeenLive
  useEffect(() => {
    // the style sheet makes old figures look old
    document.documentElement.toggleAttribute('data-cut-off', isOld)
  }, [isOld])
  return isOld ? <Banner /> : null
}

function Banner() {
  const { since, why } = useLive(({ standing }) => standing)
  const now = useNow()
  const format = useTimeFormat()
  const time = format.short(new Date(since).toISOString())
  return (
    <div className="cut-off" role="alert">
      <strong>Cut off since {time}</strong>
      <span aria-hidden="true"> ({spoken((now - since) / 1000)})</span>: {why ?? 'the node does not answer'}. What is
      shown is as of {time}; it goes on by itself as soon as the node is back.
    </div>
  )
}
