/** One video: where it is, how it came there, and what it was at any moment of its life. */
import { useQuery } from '@tanstack/react-query'
import { useParams } from 'wouter'
import type { Row } from '../answers.js'
import { api } from '../api.js'
import { ApiError } from '../asking.js'
import { Loading, Trouble } from '../components/Said.js'
import { StateChip } from '../components/StateChip.js'
import { useFresh } from '../live/useFresh.js'
import { JustDone } from '../remedies/JustDone.js'
import { Remedies } from '../remedies/Remedies.js'
import { useHash } from '../settings/useHash.js'
import { Cut } from '../video/Cut.js'
import { FilledHoles } from '../coverage/FilledHoles.js'
import { Facts } from '../video/Facts.js'
import { LitChart } from '../video/LitChart.js'
import { Moment } from '../video/Moment.js'
import { Scrubber } from '../video/Scrubber.js'
import { Timeline } from '../video/Timeline.js'

export default function Video() {
  const { id } = useParams<{ id: string }>()
  const key = ['video', id]
  const { data, error, refetch } = useQuery({ queryKey: key, queryFn: ({ signal }) => api.video(id, signal) })
  useFresh(key, ({ video }) => video === id, 250)
  if (data !== undefined) return <Known id={id} row={data} />
  if (error === null) return <Loading what="Asking for the video" />
  if (error instanceof ApiError && error.status === 404)
    return (
      <>
        <h1>There is no such video</h1>
        <p className="said">
          Nothing in the log is called <code>{id}</code>.
        </p>
      </>
    )
  return <Trouble what="The video can’t be shown" error={error} onAgain={() => void refetch()} />
}

function Known({ id, row }: { readonly id: string; readonly row: Row }) {
  const newest = Number(row['version'])
  const [asked, ask] = useHash('v')
  const version = wanted(asked, newest)
  const state = [row['state'], row['substate']].filter((one) => typeof one === 'string').join('.')
  const title = [row['video_title'], row['description']].find((one) => typeof one === 'string' && one !== '')
  return (
    <>
      <div className="video-head">
        <h1>{typeof title === 'string' ? title : 'without a title'}</h1>
        <StateChip state={state} />
        <code>{id}</code>
      </div>
      {typeof row['error'] === 'string' && <p className="error-line">{row['error']}</p>}
      {typeof row['warning'] === 'string' && <p className="warning-line">{row['warning']}</p>}
      <JustDone video={id} />
      <FilledHoles video={id} />
      <Remedies key={id} id={id} title={typeof title === 'string' ? title : null} />
      <Scrubber newest={newest} version={version} onVersion={(next) => ask(next === newest ? null : String(next))} />
      <LitChart id={id} version={version} newest={newest} />
      <Cut id={id} version={version} row={row} />
      <div className="video-parts">
        <Timeline id={id} newest={newest} version={version} onVersion={(next) => ask(String(next))} />
        <div>
          <Moment id={id} version={version} newest={newest} />
          <Facts id={id} row={row} version={version} newest={newest} />
        </div>
      </div>
    </>
  )
}

/** The version that the address asks for; the newest where it asks for none that there is. */
function wanted(asked: string | null, newest: number): number {
  const version = Number(asked ?? newest)
  return Number.isInteger(version) && version >= 1 && version <= newest ? version : newest
}
