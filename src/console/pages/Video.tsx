/** One video: where it is, how it came there, and what it was at any moment of its life. */
import { useParams } from 'wouter'
import type { Row } from '../answers.js'
import { StateChip } from '../components/StateChip.js'
import { JustDone } from '../remedies/JustDone.js'
import { Remedies } from '../remedies/Remedies.js'
import { useHash } from '../settings/useHash.js'
import { Cut } from '../video/Cut.js'
import { FilledHoles } from '../coverage/FilledHoles.js'
import { Facts } from '../video/Facts.js'
import { LitChart } from '../video/LitChart.js'
import { Moment } from '../video/Moment.js'
import { Scrubber } from '../video/Scrubber.js'
import { WithVideo } from '../video/WithVideo.js'
import { Timeline } from '../video/Timeline.js'
import { titleOf } from '../video/videoNow.js'

export default function Video() {
  const { id } = useParams<{ id: string }>()
  return (
    <WithVideo id={id} trouble="The video can’t be shown">
      {(row) => <Known id={id} row={row} />}
    </WithVideo>
  )
}

function Known({ id, row }: { readonly id: string; readonly row: Row }) {
  const newest = Number(row['version'])
  const [asked, ask] = useHash('v')
  const version = wanted(asked, newest)
  const state = [row['state'], row['substate']].filter((one) => typeof one === 'string').join('.')
  const title = titleOf(row)
  return (
    <>
      <div className="video-head">
        <h1>{title ?? 'without a title'}</h1>
        <StateChip state={state} />
        <code>{id}</code>
      </div>
      {typeof row['error'] === 'string' && <p className="error-line">{row['error']}</p>}
      {typeof row['warning'] === 'string' && <p className="warning-line">{row['warning']}</p>}
      <JustDone video={id} />
      <FilledHoles video={id} />
      <Remedies key={id} id={id} title={title} />
      <Scrubber newest={newest} version={version} onVersion={(next) => ask(next === newest ? null : String(next))} />
      <LitChart id={id} version={version} newest={newest} />
      <Cut id={id} row={row} version={version} newest={newest} />
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
