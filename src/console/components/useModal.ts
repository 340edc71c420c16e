/** A dialog that is before everything else as long as it is there, and can't be lost while what was begun in it goes on. */
import { type DialogHTMLAttributes, type RefObject, useEffect, useRef } from 'react'

interface Modal {
  readonly dialog: RefObject<HTMLDialogElement | null>
  /** For the element of the dialog. */
  readonly held: Pick<DialogHTMLAttributes<HTMLDialogElement>, 'onCancel' | 'onClose'>
}

export function useModal(isHeld: boolean, onClose: () => void): Modal {
  const dialog = useRef<HTMLDialogElement>(null)
  useEffect(() => dialog.current?.showModal(), [])
  return {
    dialog,
    held: {
      onCancel: (cancelled) => {
        if (isHeld) cancelled.preventDefault()
      },
      // Chromium closes it at the second Escape, whatever the page says to that
      onClose: () => {
        if (isHeld) dialog.current?.showModal()
        else onClose()
      },
    },
  }
}
