/** The form that one signs in with, over whatever page it was needed on: what is on the page stays as it is. */
import { useEffect, useRef, useState } from 'react'
import { useQueryClient } from '@tanstack/react-query'
import '../style/session.css'
import { closeSignIn, signIn, signOut, useMe, useSession } from './session.js'
import { rolesOf } from './Who.js'

export function SignIn() {
  const { asked, turn } = useSession()
  const dialog = useRef<HTMLDialogElement>(null)
  const queries = useQueryClient()
  const shows = asked !== null
  useEffect(() => {
    if (shows) dialog.current?.showModal()
    else dialog.current?.close()
  }, [shows])
  useEffect(() => {
    if (turn === 0) return
    // what was refused waits ever longer before it asks again: it is begun anew; all else may be something else for somebody else
    void queries
      .cancelQueries({ predicate: ({ state }) => state.data === undefined })
      .then(() => queries.invalidateQueries())
  }, [queries, turn])
  return (
    <dialog ref={dialog} className="sign-in" aria-labelledby="sign-in-heading" onClose={() => shows && closeSignIn()}>
      {shows && <Form why={asked} />}
    </dialog>
  )
}

function Form({ why }: { readonly why: string }) {
  const me = useMe()
  const [given, setGiven] = useState('')
  const [keeps, setKeeps] = useState(false)
  const [trouble, setTrouble] = useState<string | null>(null)
  const [busy, setBusy] = useState(false)
  const complaint = trouble ?? (why !== '' ? why : (me?.why ?? null))
  const submit = async (): Promise<void> => {
    setBusy(true)
    setTrouble(await signIn(given.trim(), keeps))
    setBusy(false)
  }
  return (
    <form
      method="dialog"
      onSubmit={(event) => {
        event.preventDefault()
        if (given.trim() !== '') void submit()
      }}
    >
      <h2 id="sign-in-heading">Sign in</h2>
      {me !== undefined && me.actor !== null && (
        <p>
          You are <strong>{me.actor}</strong>, {rolesOf(me.roles)}.{' '}
          <button type="button" onClick={signOut}>
            Sign out
          </button>
        </p>
      )}
      {complaint !== null && (
        <p className="error-line" role="alert" id="sign-in-trouble">
          {complaint}
        </p>
      )}
      <label>
        API key or ID token
        <input
          type="password"
          autoComplete="off"
          spellCheck={false}
          value={given}
          onChange={(event) => setGiven(event.target.value)}
          aria-describedby="sign-in-how"
        />
      </label>
      <p className="quiet" id="sign-in-how">
        {me?.issuer !== undefined && me.issuer !== null
          ? `An ID token of ${me.issuer}, or a key (reelstate key add). This page loads nothing of other hosts, so there is no button of theirs: paste the token.`
          : 'A key, which an operator makes with: reelstate key add NAME --role editor'}
      </p>
      <label className="tick">
        <input type="checkbox" checked={keeps} onChange={(event) => setKeeps(event.target.checked)} />
        Keep me signed in on this computer, also when the tab is closed
      </label>
      <p className="buttons">
        <button type="submit" className="main" disabled={busy || given.trim() === ''}>
          Sign in
        </button>
        <button type="button" onClick={closeSignIn}>
          Not now
        </button>
      </p>
    </form>
  )
}
