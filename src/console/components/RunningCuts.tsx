/** What is being cut, and how far each cut is. */
import type { RunningCut } from '../../log/videos.js'
import { useLive } from '../live/useLive.js'
import { spoken } from '../settings/time.js'
import { Empty } from './Said.js'
import { VideoLink } from './VideoLink.js'

const percent = new Intl.NumberFormat('en', { style: 'percent' })
const mebibytes = new Intl.NumberFormat('en', { maximumFractionDigits: 1 })
/** A node says every second how far it is. */
const silentAfterSeconds = 15

export function RunningCuts() {
  const cuts = useLive((live) => live.cuts)
  const known = useLive(({ standing }) => standing.hasBeenLive)
  if (cuts.length === 0) return <Empty>{known ? 'Nothing is being cut.' : 'Not known yet.'}</Empty>
  return (
    <ul className="cuts">
      {cuts.map((cut) => (
        <Cut key={cut.video} {...cut} />
      ))}
    </ul>
  )
}

function Cut({ video, title, node, doneSeconds, totalSeconds, bytes, silentSeconds }: RunningCut) {
  const share = totalSeconds > 0 ? Math.min(1, doneSeconds / totalSeconds) : 0
  return (
    <li>
      <VideoLink id={video} title={title} />
      <progress max={1} value={share} aria-label={`${title ?? video}, how far it is cut`} />
      <span className="quiet">
        {percent.format(share)}, {doneSeconds.toFixed(1)} of {totalSeconds.toFixed(1)} s,{' '}
        {mebibytes.format(bytes / 2 ** 20)} MiB{node !== null && ` on ${node}`}
      </span>
      {silentSeconds > silentAfterSeconds && <strong className="warning">no news for {spoken(silentSeconds)}</strong>}
    </li>
  )
}
