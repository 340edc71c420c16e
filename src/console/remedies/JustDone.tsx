/** What somebody has just done from this page, and the way back where the chart has one. */
import { useState } from 'react'
import { StateChip } from '../components/StateChip.js'
import { VideoLink } from '../components/VideoLink.js'
import { useMachine } from '../machine.js'
import { type Act, forget, useActs, type WayBack } from './acts.js'
import { labelOf } from './deeds.js'
import { Refusal } from './Refusal.js'
import { useAct } from './useAct.js'

/** @param video only what was done to this one. */
export function JustDone({ video }: { readonly video?: string }) {
  const acts = useActs().filter((act) => video === undefined || act.video === video)
  return (
    <section className="just-done" aria-label="Just done" role="status">
      {acts.map((act) => (
        <Done key={act.key} act={act} />
      ))}
    </section>
  )
}

function Done({ act: done }: { readonly act: Act }) {
  const { key, video, title, event, forced, from, state, version, back } = done
  const act = useAct()
  const [refused, setRefused] = useState<unknown>(null)
  const takeBack = async (way: WayBack): Promise<void> => {
    setRefused(null)
    try {
      await act({ ...{ video, title, from: state, expected: version, changes: {} }, ...way })
    } catch (failure) {
      setRefused(failure)
    }
  }
  const role = useMachine()?.events.find(({ type }) => type === back?.event)?.by ?? null
  return (
    <div className="done">
      <p>
        <strong>{labelOf(event, forced)}</strong> done to <VideoLink id={video} title={title} />:{' '}
        <StateChip state={from} /> <span aria-label="became">→</span> <StateChip state={state} />
      </p>
      <div className="answers">
        {back !== null && (
          <button type="button" onClick={() => void takeBack(back)}>
            Undo: {labelOf(back.event, back.forced)}, back to {back.state}
          </button>
        )}
        <button type="button" onClick={() => forget(key)} aria-label={`Seen: ${event} of ${title ?? video}`}>
          Seen
        </button>
      </div>
      {refused !== null && <Refusal error={refused} role={role} />}
    </div>
  )
}
