/** What may be done to many videos at once: each opens the question, and none does anything by itself. */
import { mostAtOnce } from '../../../machines/bulk.js'
import { stateOf, useMachine } from '../machine.js'
import { labelOf, toMany } from '../remedies/deeds.js'

interface Props {
  /** The states that they are in; null: any. */
  readonly states: readonly string[] | null
  /** How many it would be: of more than the node takes at once nothing is offered. */
  readonly count: number
  /** The question belongs to the page: what it is about may be gone from there before its answer has been read. */
  readonly onAsk: (event: string) => void
}

export function BulkButtons({ states, count, onAsk }: Props) {
  const machine = useMachine()
  if (count > mostAtOnce)
    return <span className="quiet">{mostAtOnce.toLocaleString('en')} at most can be given a command at once.</span>
  // what no state of theirs takes from anybody is not offered
  const taken = states?.flatMap((state) => stateOf(machine, state)?.remedies ?? []) ?? toMany
  return toMany
    .filter((event) => taken.includes(event))
    .map((event) => (
      <button key={event} type="button" onClick={() => onAsk(event)}>
        {labelOf(event, false)}…
      </button>
    ))
}
