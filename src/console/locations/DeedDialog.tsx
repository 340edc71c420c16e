/** Asks what the log has to know of a pause or of its end, and does it. What the node refuses is said where it was asked. */
import { type FormEvent, useId, useState } from 'react'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { api } from '../api.js'
import { useModal } from '../components/useModal.js'
import { Refusal } from '../remedies/Refusal.js'
import '../style/deed.css'

/** What somebody is about to do to a location. */
export interface Deed {
  readonly location: string
  /** That they have seen. */
  readonly version: number
  /** As the chart of locations calls it. */
  readonly event: string
  readonly isPaused: boolean
}

const hours = [
  ['', 'until somebody resumes it'],
  ['0.25', 'for 15 minutes'],
  ['1', 'for 1 hour'],
  ['6', 'for 6 hours'],
  ['24', 'for 24 hours'],
] as const

export function DeedDialog({ deed, onClose }: { readonly deed: Deed; readonly onClose: () => void }) {
  const { location, version, event } = deed
  const isPause = event === 'Paused'
  const [heading, why, end] = [useId(), useId(), useId()]
  const [reason, setReason] = useState('')
  const [forHours, setForHours] = useState('')
  const client = useQueryClient()
  const { mutate, error, isPending } = useMutation({
    mutationFn: () =>
      isPause
        ? api.pauseLocation(location, version, reason, forHours === '' ? null : Number(forHours) * 3600)
        : api.resumeLocation(location, version, reason),
    async onSuccess() {
      await client.invalidateQueries({ queryKey: ['locations'] })
      onClose()
    },
  })
  const { dialog, held } = useModal(isPending, onClose)
  const submit = (submitted: FormEvent): void => {
    submitted.preventDefault()
    mutate()
  }
  return (
    <dialog ref={dialog} className="deed" aria-labelledby={heading} {...held}>
      <form onSubmit={submit}>
        <h2 id={heading}>{isPause ? `Pause ${location}` : `Resume ${location} gradually`}</h2>
        <p>
          {isPause
            ? 'No node claims a video for it from now on. Uploads that are under way go on.'
            : 'One video is tried now. If it gets through, all others may follow; if not, it is paused again.'}
        </p>
        <label htmlFor={why}>Why (for the log)</label>
        <input id={why} value={reason} maxLength={1000} required onChange={({ target }) => setReason(target.value)} />
        {isPause && (
          <>
            <label htmlFor={end}>How long</label>
            <select id={end} value={forHours} onChange={({ target }) => setForHours(target.value)}>
              {hours.map(([value, text]) => (
                <option key={value} value={value}>
                  {text}
                </option>
              ))}
            </select>
          </>
        )}
        {error !== null && <Refusal error={error} role="operator" />}
        <div className="deeds">
          <button type="submit" disabled={isPending || reason.trim() === ''}>
            {isPause ? 'Pause it' : 'Try one video'}
          </button>
          <button type="button" disabled={isPending} onClick={() => dialog.current?.close()}>
            Cancel
          </button>
        </div>
      </form>
    </dialog>
  )
}
