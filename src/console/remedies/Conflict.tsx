/** The video has moved since somebody looked at it: what has happened, before they decide anew. */
import { useQuery } from '@tanstack/react-query'
import { api } from '../api.js'
import { StateChip } from '../components/StateChip.js'

interface Props {
  readonly id: string
  /** The version that the person has seen. */
  readonly seen: number
  readonly now: { readonly version: number; readonly state: string }
  /** The person has sent their command, and nobody has said what became of it. */
  readonly isUnknown: boolean
  /** null where what was wanted is not possible any more. */
  readonly onAgain: (() => void) | null
}

export function Conflict({ id, seen, now, isUnknown, onAgain }: Props) {
  const { data } = useQuery({
    queryKey: ['events-after', id, seen],
    queryFn: ({ signal }) => api.events(id, seen, 1, false, signal),
    // what came next has happened, and stays as it is
    staleTime: Infinity,
  })
  const next = data?.events[0]
  return (
    <div className="conflict" role="alert">
      <p>
        <strong>
          {isUnknown ? 'Something was done since you looked.' : 'Somebody was faster; nothing of yours was done.'}
        </strong>
        {next !== undefined &&
          ` ${next.type} by ${next.actor ?? next.node ?? 'nobody in particular'} came ${isUnknown ? 'next' : 'first'}.`}{' '}
        It is <StateChip state={now.state} /> now.
      </p>
      {onAgain === null ? (
        <p>What you wanted is not possible there.</p>
      ) : (
        <button type="button" onClick={onAgain}>
          Look again
        </button>
      )}
    </div>
  )
}
