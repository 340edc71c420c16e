/** Videos as a list of any length: only what is seen of it is in the page. */
import { memo, useLayoutEffect, useRef, useState } from 'react'
import { useWindowVirtualizer } from '@tanstack/react-virtual'
import type { ListedVideo } from '../../log/list.js'
import { StateChip } from './StateChip.js'
import { Time } from './Time.js'
import { VideoLink } from './VideoLink.js'

const rowPixels = 56

export function VideoRows({ videos }: { readonly videos: readonly ListedVideo[] }) {
  const list = useRef<HTMLOListElement>(null)
  const [top, setTop] = useState(0)
  useLayoutEffect(() => setTop(list.current?.offsetTop ?? 0), [])
  const rows = useWindowVirtualizer({
    ...{ count: videos.length, overscan: 8, scrollMargin: top },
    estimateSize: () => rowPixels,
    getItemKey: (i) => videos[i]?.id ?? i,
  })
  return (
    <ol ref={list} className="video-rows" style={{ height: rows.getTotalSize() }}>
      {rows.getVirtualItems().map(({ key, index, start }) => {
        const video = videos[index]
        return (
          video && (
            <li
              key={key}
              ref={rows.measureElement}
              data-index={index}
              aria-posinset={index + 1}
              aria-setsize={videos.length}
              style={{ transform: `translateY(${start - top}px)` }}
            >
              <VideoRow video={video} />
            </li>
          )
        )
      })}
    </ol>
  )
}

const VideoRow = memo(function VideoRow({ video }: { readonly video: ListedVideo }) {
  const { id, title, state, substate, error, warning, uploader, uploadLocation, editTime } = video
  return (
    <>
      <StateChip state={substate === null ? state : `${state}.${substate}`} />
      <span className="main-text">
        <VideoLink id={id} title={title} />
        {error !== null && <span className="error-line">{error}</span>}
        {error === null && warning !== null && <span className="warning-line">{warning}</span>}
      </span>
      <span className="where quiet">{[uploadLocation, uploader].filter((one) => one !== null).join(' · ')}</span>
      <span className="when quiet">{editTime === null ? 'not edited' : <Time at={editTime} />}</span>
    </>
  )
})
