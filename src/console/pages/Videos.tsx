/** The list of videos. What of them is shown stands in the address, so that a view can be kept, sent and gone back to. */
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useSearchParams } from 'wouter'
import { api } from '../api.js'
import { LiveCount, LiveTotal } from '../components/LiveCount.js'
import { Empty, Loading, Trouble } from '../components/Said.js'
import { Shape } from '../components/Shape.js'
import { VideoRows } from '../components/VideoRows.js'
import { useFresh } from '../live/useFresh.js'
import { topStates, useMachine } from '../machine.js'

/** As many as the node gives at once. */
const limit = 1_000

export default function Videos() {
  const [params] = useSearchParams()
  const state = params.get('state')
  const { data, error, refetch, isPlaceholderData } = useQuery({
    queryKey: ['videos', { state, limit }],
    queryFn: ({ signal }) => api.videos({ state, limit }, signal),
    placeholderData: keepPreviousData,
  })
  useFresh(['videos'])
  return (
    <>
      <h1>Videos</h1>
      <StateFilter />
      {error !== null && <Trouble what="The list can’t be shown" error={error} onAgain={() => void refetch()} />}
      {data === undefined ? (
        error === null && <Loading what="Asking for the videos" />
      ) : data.videos.length === 0 ? (
        <Empty>{state === null ? 'There are no videos yet.' : `No video is ${state} now.`}</Empty>
      ) : (
        <div className={isPlaceholderData ? 'being-replaced' : ''} aria-busy={isPlaceholderData}>
          <VideoRows videos={data.videos} />
          {data.videos.length === limit && <Empty>These are the {limit} that were edited last.</Empty>}
        </div>
      )}
    </>
  )
}

/** Every state with its count, and one of them chosen or none. */
function StateFilter() {
  const [params, setParams] = useSearchParams()
  const chosen = params.get('state')
  const states = topStates(useMachine())
  const choose = (state: string | null): void =>
    setParams((now) => {
      if (state === null) now.delete('state')
      else now.set('state', state)
      return now
    })
  return (
    <div className="state-filter" role="group" aria-label="State">
      <button type="button" className="chip" aria-pressed={chosen === null} onClick={() => choose(null)}>
        all <LiveTotal />
      </button>
      {states.map(({ id, meta }) => (
        <button
          key={id}
          type="button"
          className={`chip ${meta?.colour ?? 'grey'}`}
          aria-pressed={chosen === id}
          onClick={() => choose(chosen === id ? null : id)}
        >
          <Shape colour={meta?.colour ?? 'grey'} />
          {id} <LiveCount state={id} />
        </button>
      ))}
    </div>
  )
}
