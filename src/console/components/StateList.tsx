/** The states as a list, for screens that are too narrow for the chart. */
import { Link } from 'wouter'
import { topStates, useMachine } from '../machine.js'
import { LiveCount } from './LiveCount.js'
import { Shape } from './Shape.js'

interface Props {
  /** How many are in each state; those of now where it is left out. */
  readonly counts?: Readonly<Record<string, number>>
  readonly hrefOf?: (state: string) => string
}

const listOf = (state: string): string => `/videos?state=${encodeURIComponent(state)}`

export function StateList({ counts, hrefOf = listOf }: Props) {
  const states = topStates(useMachine())
  return (
    <ul className="state-list" aria-label="How many videos are in each state">
      {states.map(({ id, meta }) => (
        <li key={id}>
          <Link href={hrefOf(id)} className={meta?.colour ?? 'grey'}>
            <Shape colour={meta?.colour ?? 'grey'} />
            {id} {counts === undefined ? <LiveCount state={id} /> : <b>{counts[id] ?? 0}</b>}
          </Link>
        </li>
      ))}
    </ul>
  )
}
