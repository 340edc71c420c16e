/** The videos that were in a state at an instant of the past: what a click on the state in the chart of then leads to. */
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { api } from '../api.js'
import { Empty, Loading, Trouble } from '../components/Said.js'
import { StateChip } from '../components/StateChip.js'
import { VideoLink } from '../components/VideoLink.js'

/** As many as anybody looks through. */
const limit = 200

export function VideosThen({ ms, state, count }: { readonly ms: number; readonly state: string; count: number }) {
  const at = new Date(ms).toISOString()
  const { data, error, refetch, isPlaceholderData } = useQuery({
    queryKey: ['board', 'videos', state, at],
    queryFn: ({ signal }) => api.videosThen(at, state, limit, signal),
    placeholderData: (before, query) => (query?.queryKey[2] === state ? keepPreviousData(before) : undefined),
    ...{ staleTime: 60_000, gcTime: 60_000 },
  })
  if (data === undefined)
    return error === null ? (
      <Loading what="Asking for the videos" />
    ) : (
      <Trouble what="The videos can’t be shown" error={error} onAgain={() => void refetch()} />
    )
  if (data.videos.length === 0) return <Empty>No video was {state} then.</Empty>
  return (
    <div className={isPlaceholderData ? 'being-replaced' : ''} aria-busy={isPlaceholderData}>
      <ul className="videos-then">
        {data.videos.map(({ id, title, version, state }) => (
          <li key={id}>
            <VideoLink id={id} title={title} version={version} /> <StateChip state={state} />
          </li>
        ))}
      </ul>
      {data.next !== null && (
        <Empty>
          These are {limit} of {count}, the last moved.
        </Empty>
      )}
    </div>
  )
}
