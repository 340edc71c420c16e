/** The nodes: which run, by the server's clock, what each can do, and what it is at. */
import { Empty, Loading, Trouble } from '../components/Said.js'
import { sinceSeconds, standingOf } from '../nodes/age.js'
import { HeldUp } from '../nodes/HeldUp.js'
import { NodeCard } from '../nodes/NodeCard.js'
import { type SeenFleet, useFleet } from '../nodes/useFleet.js'
import { useNow } from '../settings/clock.js'
import '../style/nodes.css'

export default function Nodes() {
  const { data, error, refetch } = useFleet()
  return (
    <>
      <h1>Nodes</h1>
      {error !== null && (
        <Trouble what="How the nodes are now is not known" error={error} onAgain={() => void refetch()} />
      )}
      {data !== undefined ? <Known fleet={data} /> : error === null && <Loading what="Asking for the nodes" />}
    </>
  )
}

function Known({ fleet: { nodes, silentAfterSeconds, heldUp, asked, pace } }: { readonly fleet: SeenFleet }) {
  // drawn anew each second, for the ages
  useNow()
  const passed = sinceSeconds(asked)
  const seen = nodes.map((node) => ({ node, standing: standingOf(node, passed, silentAfterSeconds) }))
  const counts = (['running', 'silent', 'stopped'] as const).map(
    (state) => `${seen.filter(({ standing }) => standing.state === state).length} ${state}`,
  )
  if (nodes.length === 0)
    return <Empty>No node has ever been here. One appears as soon as it is started: reelstate serve.</Empty>
  return (
    <>
      <HeldUp open={heldUp} />
      <p className="quiet">{counts.join(' · ')}</p>
      <ul className="nodes">
        {seen
          .toSorted((a, b) => order.indexOf(a.standing.state) - order.indexOf(b.standing.state))
          .map(({ node, standing }) => (
            <NodeCard key={node.name} node={node} standing={standing} silentAfter={silentAfterSeconds} pace={pace} />
          ))}
      </ul>
    </>
  )
}

/** What needs a look comes first. */
const order = ['silent', 'running', 'stopped'] as const
