/** What needs a person: every video in an error state, those of one state together, and what may be done about them. */
import { useQuery } from '@tanstack/react-query'
import { Link } from 'wouter'
import type { MachineState } from '../../diagram/json.js'
import { api } from '../api.js'
import { Loading, Trouble } from '../components/Said.js'
import { Shape } from '../components/Shape.js'
import { StateChip } from '../components/StateChip.js'
import { VideoRows } from '../components/VideoRows.js'
import { useFresh } from '../live/useFresh.js'
import { useLive } from '../live/useLive.js'
import { errorStates, useMachine, useNeedy } from '../machine.js'

/** Of each state so many are shown here; the list has them all. */
const limit = 20

export default function Attention() {
  const machine = useMachine()
  const needy = useNeedy()
  useFresh(['videos'])
  return (
    <>
      <h1>Attention</h1>
      {needy === null && <Loading what="Asking what needs a person" />}
      {needy === 0 && (
        <div className="said all-well">
          <Shape colour="green" />
          <p>All is well: no video waits for a person. Whatever does so later is shown here as soon as it happens.</p>
        </div>
      )}
      {needy !== null && errorStates(machine).map((state) => <Group key={state.id} state={state} />)}
    </>
  )
}

function Group({ state: { id, description, remedies } }: { readonly state: MachineState }) {
  const count = useLive(({ counts }) => counts[id] ?? 0)
  const { data, error, refetch } = useQuery({
    queryKey: ['videos', { state: id, limit }],
    queryFn: ({ signal }) => api.videos({ state: id, limit }, signal),
    enabled: count > 0,
  })
  if (count === 0) return null
  return (
    <section className="attention" aria-labelledby={`attention-${id}`}>
      <h2 id={`attention-${id}`}>
        <StateChip state={id} /> {count} {count === 1 ? 'video' : 'videos'}
      </h2>
      <p className="quiet">
        {description} What the chart takes here from a person: {remedies.join(', ')}.
      </p>
      {error !== null && <Trouble what="They can’t be shown" error={error} onAgain={() => void refetch()} />}
      {data !== undefined && <VideoRows videos={data.videos} />}
      {count > limit && <Link href={`/videos?state=${id}`}>All {count} of them</Link>}
    </section>
  )
}
