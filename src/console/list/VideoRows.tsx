/** A page of videos; each may be chosen, where somebody asks for that. */
import { memo, type ReactNode } from 'react'
import type { ListedVideo } from '../../log/list.js'
import { StateChip } from '../components/StateChip.js'
import { Lasting, Time } from '../components/Time.js'
import { VideoLink } from '../components/VideoLink.js'
import { waitWords } from './filter.js'

interface Props {
  readonly videos: readonly ListedVideo[]
  readonly isChosen: (id: string) => boolean
  readonly onChoose: (id: string, chosen: boolean) => void
}

export const VideoRows = ({ videos, isChosen, onChoose }: Props) => (
  <div className="table-frame">
    <table className="video-rows" aria-label="Videos">
      <thead>
        <tr>
          <th className="choice">
            <span className="unseen">Chosen</span>
          </th>
          <th className="state">State</th>
          <th className="video">Video</th>
          <th className="waits">Waits for</th>
          <th className="where">Location, node</th>
          <th className="when">Last edited</th>
        </tr>
      </thead>
      <tbody>
        {videos.map((video) => (
          <VideoRow key={video.id} video={video} chosen={isChosen(video.id)} onChoose={onChoose} />
        ))}
      </tbody>
    </table>
  </div>
)

interface RowProps {
  readonly video: ListedVideo
  readonly chosen: boolean
  readonly onChoose: Props['onChoose']
}

const VideoRow = memo(function VideoRow({ video, chosen, onChoose }: RowProps) {
  const { id, title, state, substate, stateSince, waitsFor, error, warning } = video
  const { uploader, uploadLocation, publishedLocation, editor, editTime, orphans } = video
  const location = publishedLocation ?? uploadLocation
  return (
    <tr data-id={id} className={chosen ? 'chosen' : ''}>
      <td className="choice">
        <input
          type="checkbox"
          checked={chosen}
          aria-label={`Choose ${title ?? id}`}
          onChange={({ target }) => onChoose(id, target.checked)}
        />
      </td>
      <td className="state">
        <StateChip state={substate === null ? state : `${state}.${substate}`} />{' '}
        {stateSince !== null && (
          <small className="quiet">
            <Lasting since={stateSince} />
          </small>
        )}
      </td>
      <th scope="row" className="video">
        <VideoLink id={id} title={title} />
        {error !== null && <span className="error-line">{firstLine(error)}</span>}
        {error === null && warning !== null && <span className="warning-line">{firstLine(warning)}</span>}
        {orphans > 0 && (
          <span className="warning-line">
            {orphans} {orphans === 1 ? 'orphan' : 'orphans'} left behind
          </span>
        )}
      </th>
      <td className="waits quiet">{waitsFor !== null && <Labelled by="waits for">{waitWords[waitsFor]}</Labelled>}</td>
      <td className="where quiet">
        {location !== null && <Labelled by="location">{location}</Labelled>}
        {location !== null && uploader !== null && ' '}
        {uploader !== null && <Labelled by="node">{uploader}</Labelled>}
      </td>
      <td className="when quiet">
        {editTime === null ? (
          'not edited'
        ) : (
          <Labelled by="edited">
            <Time at={editTime} />
          </Labelled>
        )}{' '}
        {editor !== null && <Labelled by="by">{editor}</Labelled>}
      </td>
    </tr>
  )
})

/** A value, and what it is where the columns are stacked and have no headings. */
const Labelled = ({ by, children }: { readonly by: string; readonly children: ReactNode }) => (
  <span>
    <span className="stacked">{by} </span>
    {children}
  </span>
)

const firstLine = (text: string): string => text.split('\n', 1)[0] ?? ''
