/** Every state with its count; any of them may be chosen. */
import { LiveCount, LiveTotal } from '../components/LiveCount.js'
import { Shape } from '../components/Shape.js'
import { topStates, useMachine } from '../machine.js'

interface Props {
  /** As the address has them, with commas between; undefined: all. */
  readonly chosen: string | undefined
  readonly onChoose: (states: string | null) => void
}

export function StateFilter({ chosen, onChoose }: Props) {
  const states = topStates(useMachine())
  const now = chosen?.split(',') ?? []
  const toggle = (state: string): void => {
    const next = now.includes(state) ? now.filter((one) => one !== state) : [...now, state]
    onChoose(next.length === 0 ? null : next.join(','))
  }
  return (
    <div className="state-filter" role="group" aria-label="State">
      <button type="button" className="chip" aria-pressed={now.length === 0} onClick={() => onChoose(null)}>
        all <LiveTotal />
      </button>
      {states.map(({ id, meta }) => (
        <button
          key={id}
          type="button"
          className={`chip ${meta?.colour ?? 'grey'}`}
          aria-pressed={now.includes(id)}
          onClick={() => toggle(id)}
        >
          <Shape colour={meta?.colour ?? 'grey'} />
          {id} <LiveCount state={id} />
        </button>
      ))}
    </div>
  )
}
