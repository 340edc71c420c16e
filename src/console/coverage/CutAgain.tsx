/** Takes a published video back to be cut anew, after it was said what that means; meant for the publication that was looked at. */
import { useId, useState } from 'react'
import { useLocation } from 'wouter'
import type { WhyOf } from '../answers.js'
import { Loading, Trouble } from '../components/Said.js'
import { StateChip } from '../components/StateChip.js'
import { useModal } from '../components/useModal.js'
import { type Deed, deedOf } from '../remedies/deeds.js'
import { RemedyForm } from '../remedies/RemedyForm.js'
import { useWhy } from '../remedies/Why.js'
import '../style/deed.css'

interface Props {
  readonly video: string
  readonly title: string
  readonly onClose: () => void
}

export function CutAgain({ video, title, onClose }: Props) {
  const heading = useId()
  const [busy, setBusy] = useState(false)
  const { dialog, held } = useModal(busy, onClose)
  const { data: why, error, refetch } = useWhy(video)
  const deed = deedOf('Reset')
  return (
    <dialog ref={dialog} className="deed" aria-labelledby={heading} {...held}>
      <h2 id={heading}>Cut “{title}” again?</h2>
      {why !== undefined && deed !== null ? (
        <Question {...{ why, title, deed, onClose }} onBusy={setBusy} />
      ) : error === null ? (
        <Loading what="Asking what it is now" />
      ) : (
        <Trouble what="What it is now is not known" error={error} onAgain={() => void refetch()} />
      )}
    </dialog>
  )
}

interface QuestionProps extends Omit<Props, 'video'> {
  readonly why: WhyOf
  readonly deed: Deed
  readonly onBusy: (busy: boolean) => void
}

function Question({ why, title, deed, onClose, onBusy }: QuestionProps) {
  const [, navigate] = useLocation()
  // the list that has led here may be older
  const [wasPublished] = useState(isPublished(why))
  if (!wasPublished)
    return (
      <>
        <p className="conflict" role="alert">
          It is not published any more: it is <StateChip state={why.state} /> now.
        </p>
        <button type="button" onClick={onClose}>
          Close
        </button>
      </>
    )
  return (
    <>
      <p>
        It goes back to UNEDITED with its edit as a draft; what is published stays where it is, and is listed as an
        orphan until somebody hides or dismisses it. You come to its edit next: it is cut as soon as you submit that.
      </p>
      <RemedyForm
        {...{ why, title, deed, onBusy }}
        row={undefined}
        event="Reset"
        label="Take it back, and edit it"
        isMeant={isPublished}
        onClose={(isDone) => (isDone ? navigate(`/edit/${encodeURIComponent(why.id)}`) : onClose())}
      />
    </>
  )
}

const isPublished = ({ state }: WhyOf): boolean => state === 'DONE' || state.split('.')[0] === 'MODIFIED'
