/** The question before one command to many videos, and what became of each after it. */
import { useEffect, useRef, useState } from 'react'
import type { BulkAsked } from '../answers.js'
import { useModal } from '../components/useModal.js'
import { useUnsaved } from '../edit/leaving.js'
import { useMachine } from '../machine.js'
import { bodyOf, deedOf, labelOf, missing, type Written } from '../remedies/deeds.js'
import { Fields } from '../remedies/Fields.js'
import { Refusal } from '../remedies/Refusal.js'
import { Outcomes } from './Outcomes.js'
import { type Stage, useBulk } from './useBulk.js'

export type Many = Pick<BulkAsked, 'ids' | 'filter'>

/** What somebody has asked to be done, before they have said yes to it. */
export interface Question {
  readonly event: string
  readonly of: Many
}

interface Props extends Question {
  readonly onClose: (hasActed: boolean) => void
}

export function Bulk({ event, of, onClose }: Props) {
  const [forced, setForced] = useState(false)
  const [written, setWritten] = useState<Written>({})
  const { stage, ask, act } = useBulk(event)
  // what is meant is what was chosen when the question was opened
  const many = useRef(of)
  const role = useMachine()?.events.find(({ type }) => type === event)?.by ?? null
  const fields = deedOf(event)?.fields ?? []
  const lacking = missing(fields, written, forced)
  const label = labelOf(event, forced)
  const body = JSON.stringify(bodyOf(event, written, forced))
  const askNow = useRef(ask)
  useEffect(() => {
    askNow.current = ask
  })
  // a reason is sent with the command, so what was shown without it is shown again, when somebody has stopped typing
  useEffect(() => {
    const timer = setTimeout(() => askNow.current({ ...many.current, body: JSON.parse(body) as unknown }), 300)
    return () => clearTimeout(timer)
  }, [body])
  const count = stage.at === 'shown' ? stage.rows.filter(({ outcome }) => outcome !== 'refused').length : 0
  const isActing = stage.at === 'acting'
  const isOver = stage.at === 'done' || isActing
  const { dialog, held } = useModal(isActing, () => onClose(isOver))
  // once nobody is there to be told, the node goes no further
  useUnsaved(isActing ? 'It has not been done to all of them yet: the rest would be left out.' : null)
  const isAsked = stage.at === 'shown' && JSON.stringify(stage.body) === body
  return (
    <dialog ref={dialog} className="bulk" aria-labelledby="bulk-heading" {...held}>
      <h2 id="bulk-heading">{headingOf(stage, label, many.current)}</h2>
      {!isOver && (
        <>
          {event === 'Reset' && (
            <label>
              <input type="checkbox" checked={forced} onChange={({ target }) => setForced(target.checked)} /> by force:
              also where something is published, or may be; it becomes an orphan
            </label>
          )}
          <Fields {...{ fields, forced, written }} onWrite={setWritten} />
        </>
      )}
      {stage.at === 'shown' && stage.again && (
        <p className="conflict" role="alert">
          <strong>Something has moved meanwhile; nothing was done.</strong> This is what would come of it now.
        </p>
      )}
      {stage.at === 'refused' ? (
        <Refusal error={stage.error} role={role} isTrial={stage.isTrial} />
      ) : (
        <Outcomes stage={stage} />
      )}
      <div className="answers">
        {!isOver && (
          <button type="button" className="main" disabled={!isAsked || lacking !== null || count === 0} onClick={act}>
            {isAsked ? `${label}: ${count} ${count === 1 ? 'video' : 'videos'}` : label}
          </button>
        )}
        <button type="button" onClick={() => dialog.current?.close()} disabled={isActing}>
          {isOver ? 'Close' : 'Leave them'}
        </button>
        {!isOver && lacking !== null && <span className="quiet">{lacking.label} is needed first.</span>}
      </div>
    </dialog>
  )
}

function headingOf(stage: Stage, label: string, { ids }: Many): string {
  if (stage.at === 'done') return `${label}: what became of them`
  if (stage.at === 'acting') return `${label}: ${stage.rows.length} so far…`
  const count = stage.at === 'shown' ? stage.rows.length : ids?.length
  return `${label}: ${count === undefined ? 'all that match' : `${count} ${count === 1 ? 'video' : 'videos'}`}?`
}
