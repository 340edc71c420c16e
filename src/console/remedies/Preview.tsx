/** What would come of a command: the state, what the service would then do, and which columns would say something else. */
import type { WouldBe } from '../answers.js'
import { StateChip } from '../components/StateChip.js'
import { useMachine } from '../machine.js'

export function Preview({ would: { from, state, effects, changes } }: { readonly would: WouldBe }) {
  const known = useMachine()?.effects ?? []
  const changed = Object.entries(changes).filter(([name]) => !['state', 'substate'].includes(name))
  return (
    <div className="preview">
      <p className="way">
        {from !== null && (
          <>
            <StateChip state={from} /> <span aria-label="becomes">→</span>
          </>
        )}{' '}
        <StateChip state={state} />
      </p>
      {effects.map(({ type }) => (
        <p key={type} className="quiet">
          {known.find((effect) => effect.type === type)?.description ?? type}
        </p>
      ))}
      {changed.length > 0 && (
        <details>
          <summary>
            {changed.length} {changed.length === 1 ? 'column says' : 'columns say'} something else
          </summary>
          <dl>
            {changed.map(([name, { from: was, to }]) => (
              <div key={name}>
                <dt>{name.replaceAll('_', ' ')}</dt>
                <dd>
                  <del>{told(was)}</del> → <ins>{told(to)}</ins>
                </dd>
              </div>
            ))}
          </dl>
        </details>
      )}
    </div>
  )
}

const told = (value: unknown): string =>
  value === null || value === '' ? 'nothing' : typeof value === 'string' ? value : JSON.stringify(value)
