/** A page of videos; each may be chosen, where somebody asks for that. */
import { memo } from 'react'
import type { ListedVideo } from '../../log/list.js'
import { StateChip } from '../components/StateChip.js'
import { For, Time } from '../components/Time.js'
import { VideoLink } from '../components/VideoLink.js'
import { waitWords } from './filter.js'

interface Props {
  readonly videos: readonly ListedVideo[]
  readonly isChosen: (id: string) => boolean
  readonly onChoose: (id: string, chosen: boolean) => void
}

export const VideoRows = ({ videos, isChosen, onChoose }: Props) => (
  <ol className="video-rows" aria-label="Videos">
    {videos.map((video) => (
      <VideoRow key={video.id} video={video} chosen={isChosen(video.id)} onChoose={onChoose} />
    ))}
  </ol>
)

interface RowProps {
  readonly video: ListedVideo
  readonly chosen: boolean
  readonly onChoose: Props['onChoose']
}

const VideoRow = memo(function VideoRow({ video, chosen, onChoose }: RowProps) {
  const { id, title, state, substate, stateSince, waitsFor, error, warning } = video
  const { uploader, uploadLocation, editor, editTime, orphans } = video
  return (
    <li data-id={id} className={chosen ? 'chosen' : ''}>
      <input
        type="checkbox"
        checked={chosen}
        aria-label={`Choose ${title ?? id}`}
        onChange={({ target }) => onChoose(id, target.checked)}
      />
      <span className="state">
        <StateChip state={substate === null ? state : `${state}.${substate}`} />
        {stateSince !== null && (
          <small className="quiet">
            <For at={stateSince} />
          </small>
        )}
      </span>
      <span className="main-text">
        <VideoLink id={id} title={title} />
        {error !== null && <span className="error-line">{firstLine(error)}</span>}
        {error === null && warning !== null && <span className="warning-line">{firstLine(warning)}</span>}
        {orphans > 0 && (
          <span className="warning-line">
            {orphans} {orphans === 1 ? 'orphan' : 'orphans'} left behind
          </span>
        )}
      </span>
      <span className="where quiet">
        {[uploadLocation && `to ${uploadLocation}`, uploader && `by ${uploader}`].filter(Boolean).join(', ')}
        {waitsFor !== null && <span>waits for {waitWords[waitsFor]}</span>}
      </span>
      <span className="when quiet">
        {editTime === null ? (
          'not edited'
        ) : (
          <span>
            edited <Time at={editTime} />
          </span>
        )}
        {editor !== null && <span>by {editor}</span>}
      </span>
    </li>
  )
})

const firstLine = (text: string): string => text.split('\n', 1)[0] ?? ''
