/** The states as a list, for screens that are too narrow for the chart. */
import { Link } from 'wouter'
import { topStates, useMachine } from '../machine.js'
import { LiveCount } from './LiveCount.js'
import { Shape } from './Shape.js'

export function StateList() {
  const states = topStates(useMachine())
  return (
    <ul className="state-list" aria-label="How many videos are in each state">
      {states.map(({ id, meta }) => (
        <li key={id}>
          <Link href={`/videos?state=${encodeURIComponent(id)}`} className={meta?.colour ?? 'grey'}>
            <Shape colour={meta?.colour ?? 'grey'} />
            {id} <LiveCount state={id} />
          </Link>
        </li>
      ))}
    </ul>
  )
}
