/** Why a video is not moving, in one sentence that follows what happens. */
import { useQuery } from '@tanstack/react-query'
import type { WhyOf } from '../answers.js'
import { api } from '../api.js'
import { Ahead } from '../components/Time.js'
import { useFresh } from '../live/useFresh.js'

/** What is around a video, such as its nodes, changes without any event of its own. */
const askedEveryMs = 10_000

export function useWhy(id: string) {
  const key = ['why', id]
  const asked = useQuery({
    queryKey: key,
    queryFn: ({ signal }) => api.why(id, signal),
    refetchInterval: askedEveryMs,
    staleTime: 0,
  })
  useFresh(key, ({ video, stream }) => video === id || stream.startsWith('location/'), 250)
  return asked
}

export const Sentence = ({ why: { sentence, until } }: { readonly why: WhyOf }) => (
  <p className="why" aria-live="polite">
    {sentence.split('`').map((part, i) => (i % 2 === 1 ? <code key={i}>{part}</code> : part))}
    {until !== null && (
      <span className="quiet">
        {' '}
        (<Ahead at={until} />)
      </span>
    )}
  </p>
)
