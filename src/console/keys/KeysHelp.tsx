/** What `?` shows: every key that the page takes now. */
import { useEffect, useRef } from 'react'
import { useKeyGroups } from './keys.js'

export function KeysHelp({ open, onClose }: { readonly open: boolean; readonly onClose: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null)
  const groups = useKeyGroups()
  useEffect(() => {
    if (open) dialog.current?.showModal()
    else dialog.current?.close()
  }, [open])
  return (
    <dialog ref={dialog} className="keys" aria-labelledby="keys-heading" onClose={onClose}>
      <div className="keys-head">
        <h2 id="keys-heading">Keys</h2>
        <button type="button" onClick={onClose}>
          Close
        </button>
      </div>
      {groups.map(({ name, keys }) => (
        <section key={name}>
          <h3>{name}</h3>
          <dl>
            {keys.map(({ keys, does }) => (
              <div key={keys}>
                <dt>
                  {keys.split(' ').map((key) => (
                    <kbd key={key}>{key.replace(/\w{2,}/g, (name) => shown[name] ?? name)}</kbd>
                  ))}
                </dt>
                <dd>{does}</dd>
              </div>
            ))}
          </dl>
        </section>
      ))}
    </dialog>
  )
}

const shown: Readonly<Record<string, string>> = {
  ArrowLeft: '←',
  ArrowRight: '→',
  ArrowUp: '↑',
  ArrowDown: '↓',
  Escape: 'Esc',
  Shift: '⇧',
  Space: 'space',
}
