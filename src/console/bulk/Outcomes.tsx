/** What would become, or became, of each of many videos: first in numbers, then one by one. */
import { Link } from 'wouter'
import type { BulkRow } from '../answers.js'
import { Loading } from '../components/Said.js'
import { StateChip } from '../components/StateChip.js'
import { pathOfVideo } from '../components/VideoLink.js'
import type { Stage } from './useBulk.js'

export function Outcomes({ stage }: { readonly stage: Exclude<Stage, { at: 'refused' }> }) {
  if (stage.at === 'nothing' || (stage.at === 'asking' && stage.rows.length === 0))
    return <Loading what="Asking what would come of it" />
  const { rows } = stage
  const refused = rows.filter(({ outcome }) => outcome === 'refused')
  const taken = rows.length - refused.length
  const isPast = stage.at === 'done' || stage.at === 'acting'
  return (
    <>
      <p role="status">
        <strong>
          {taken} {isPast ? 'done' : 'would be done'}, {refused.length} refused
        </strong>
        {stage.at === 'asking' && ' so far…'}
      </p>
      {stage.at === 'done' && stage.end === null && (
        <p className="conflict" role="alert">
          The answer was cut off: what became of the others is not known. Look at the list before you do it again.
        </p>
      )}
      <ul className="ways" aria-label="In numbers">
        {waysOf(rows).map(({ from, to, count }) => (
          <li key={`${from} ${to}`}>
            <b>{count}</b> <StateChip state={from} /> → <StateChip state={to} />
          </li>
        ))}
      </ul>
      <div className="table-frame outcomes" tabIndex={0} role="region" aria-label="One by one">
        <table>
          <thead>
            <tr>
              <th scope="col">Video</th>
              <th scope="col">{isPast ? 'Outcome' : 'What would come of it'}</th>
            </tr>
          </thead>
          <tbody>
            {[...refused, ...rows.filter(({ outcome }) => outcome !== 'refused')].map((row) => (
              <Outcome key={row.id} row={row} isPast={isPast} isActing={stage.at === 'acting'} />
            ))}
          </tbody>
        </table>
      </div>
    </>
  )
}

const Outcome = ({
  row: { id, outcome, from, state, why },
  isPast,
  isActing,
}: {
  readonly row: BulkRow
  readonly isPast: boolean
  /** Whoever goes to another page now stops it half-way. */
  readonly isActing: boolean
}) => (
  <tr data-outcome={outcome}>
    <td>
      {isActing ? (
        <code>{id}</code>
      ) : (
        <Link href={pathOfVideo(id)}>
          <code>{id}</code>
        </Link>
      )}
    </td>
    <td>
      {outcome === 'refused' ? (
        <span className="error-line">refused: {why}</span>
      ) : (
        <>
          {isPast ? 'done: ' : ''}
          {from} → {state}
        </>
      )}
    </td>
  </tr>
)

function waysOf(rows: readonly BulkRow[]) {
  const ways = new Map<string, { from: string; to: string; count: number }>()
  for (const { from, state, outcome } of rows) {
    if (outcome === 'refused' || typeof from !== 'string' || state === undefined) continue
    const way = ways.get(`${from} ${state}`) ?? { from, to: state, count: 0 }
    ways.set(`${from} ${state}`, { ...way, count: way.count + 1 })
  }
  return [...ways.values()]
}
