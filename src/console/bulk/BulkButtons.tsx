/** What may be done to many videos at once: each opens the question, and none does anything by itself. */
import { useState } from 'react'
import { stateOf, useMachine } from '../machine.js'
import { labelOf, toMany } from '../remedies/deeds.js'
import { Bulk, type Many } from './Bulk.js'

interface Props {
  readonly of: Many
  /** The states that they are in; null: any. */
  readonly states: readonly string[] | null
  readonly onDone?: () => void
}

export function BulkButtons({ of, states, onDone }: Props) {
  const machine = useMachine()
  // what no state of theirs takes from anybody is not offered
  const taken = states?.flatMap((state) => stateOf(machine, state)?.remedies ?? []) ?? toMany
  const [event, setEvent] = useState<string | null>(null)
  return (
    <>
      {toMany
        .filter((one) => taken.includes(one))
        .map((one) => (
          <button key={one} type="button" onClick={() => setEvent(one)}>
            {labelOf(one, false)}…
          </button>
        ))}
      {event !== null && (
        <Bulk
          event={event}
          of={of}
          onClose={(hasActed) => {
            setEvent(null)
            if (hasActed) onDone?.()
          }}
        />
      )}
    </>
  )
}
