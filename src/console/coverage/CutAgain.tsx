/** Takes a published video back to be cut anew, after it was said what that means. */
import { useId } from 'react'
import { useMutation } from '@tanstack/react-query'
import { useLocation } from 'wouter'
import { api } from '../api.js'
import { useModal } from '../components/useModal.js'
import { Refusal } from '../remedies/Refusal.js'
import '../style/deed.css'

interface Props {
  readonly video: string
  readonly title: string
  readonly onClose: () => void
}

export function CutAgain({ video, title, onClose }: Props) {
  const heading = useId()
  const [, navigate] = useLocation()
  const { mutate, error, isPending } = useMutation({
    mutationFn: () => api.resetByForce(video, 'footage of a hole was found since it was published'),
    onSuccess: () => navigate(`/edit/${encodeURIComponent(video)}`),
  })
  const { dialog, held } = useModal(isPending, onClose)
  return (
    <dialog ref={dialog} className="deed" aria-labelledby={heading} {...held}>
      <h2 id={heading}>Cut “{title}” again?</h2>
      <p>
        It goes back to UNEDITED with its edit as a draft; what is published stays where it is, and is listed as an
        orphan until somebody hides or dismisses it. You come to its edit next: it is cut as soon as you submit that.
      </p>
      {error !== null && <Refusal error={error} role="operator" />}
      <div className="deeds">
        <button type="button" disabled={isPending} onClick={() => mutate()}>
          Take it back, and edit it
        </button>
        <button type="button" disabled={isPending} onClick={() => dialog.current?.close()}>
          Cancel
        </button>
      </div>
    </dialog>
  )
}
