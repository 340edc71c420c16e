/** What may be done to many videos at once: each opens the question, and none does anything by itself. */
import { useState } from 'react'
import { labelOf, toMany } from '../remedies/deeds.js'
import { Bulk, type Many } from './Bulk.js'

export function BulkButtons({ of, onDone }: { readonly of: Many; readonly onDone?: () => void }) {
  const [event, setEvent] = useState<string | null>(null)
  return (
    <>
      {toMany.map((one) => (
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
