/** Somebody else has edited the video meanwhile: who, what, and whose edit shall hold. */
import type { Row } from '../answers.js'
import { Time } from '../components/Time.js'
import { Value } from '../video/Value.js'
import { type Difference } from './overtaken.js'

interface Props {
  readonly row: Row
  readonly changes: readonly Difference[]
  readonly onMine: () => void
  readonly onTheirs: () => void
}

export function Overtaken({ row, changes, onMine, onTheirs }: Props) {
  const [editor, at] = [row['editor'], row['edit_time']]
  return (
    <section className="said overtaken" role="alert" aria-labelledby="overtaken-heading">
      <h2 id="overtaken-heading">Somebody has edited it meanwhile</h2>
      <p>
        {typeof editor === 'string' ? editor : 'Somebody'} has changed{' '}
        {changes.length === 0 ? 'something' : changes.map(({ field }) => field).join(', ')}
        {typeof at === 'string' && (
          <>
            {' at '}
            <Time at={at} long />
          </>
        )}
        : it has version {String(row['version'])} now. Nothing of yours is saved yet.
      </p>
      <details open>
        <summary>What it says now</summary>
        <dl className="facts">
          {changes.map(({ field, is }) => (
            <Value key={field} name={field} value={is ?? 'nothing'} />
          ))}
        </dl>
      </details>
      <p className="buttons">
        <button type="button" onClick={onMine}>
          Keep mine: it replaces theirs when I save
        </button>
        <button type="button" onClick={onTheirs}>
          Take theirs: what I have done here is lost
        </button>
      </p>
    </section>
  )
}
