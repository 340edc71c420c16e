/** Why a video is not moving, and what can be done about it: exactly the events of people that the chart takes from it now. */
import { useState } from 'react'
import { useQuery } from '@tanstack/react-query'
import { Link } from 'wouter'
import type { Machine } from '../../diagram/json.js'
import type { PossibleRemedy } from '../../../machines/remedies.js'
import { api } from '../api.js'
import { Loading, Trouble } from '../components/Said.js'
import { useFresh } from '../live/useFresh.js'
import { topOf, useMachine } from '../machine.js'
import { deedOf, labelOf } from './deeds.js'
import { RemedyForm } from './RemedyForm.js'
import { Sentence, useWhy } from './Why.js'

export function Remedies({ id, title }: { readonly id: string; readonly title: string | null }) {
  const machine = useMachine()
  const { data: why, error, refetch } = useWhy(id)
  const key = ['video', id]
  const { data: row } = useQuery({ queryKey: key, queryFn: ({ signal }) => api.video(id, signal) })
  useFresh(key, ({ video }) => video === id, 250)
  const [open, setOpen] = useState<string | null>(null)
  if (why === undefined)
    return error === null ? (
      <Loading what="Asking what can be done" />
    ) : (
      <Trouble what="What can be done is not known" error={error} onAgain={() => void refetch()} />
    )
  const deed = open === null ? null : deedOf(open)
  return (
    <div className="remedies">
      {error !== null && (
        <Trouble what="What can be done now is not known" error={error} onAgain={() => void refetch()} />
      )}
      <Sentence why={why} />
      <ul aria-label="What can be done">
        {why.remedies.map((remedy) => (
          <li key={remedy.event} data-event={remedy.event}>
            <Choice {...{ id, remedy }} isOpen={open === remedy.event} onOpen={setOpen} />
            <span>
              {remedy.when} <small className="quiet">{leadsTo(machine, remedy.event, why.state)}</small>
            </span>
          </li>
        ))}
      </ul>
      {why.remedies.length === 0 && <p className="quiet">Nobody can do anything about it now.</p>}
      {open !== null && deed !== null && (
        <RemedyForm key={open} {...{ why, row, title, deed }} event={open} onClose={() => setOpen(null)} />
      )}
    </div>
  )
}

interface ChoiceProps {
  readonly id: string
  readonly remedy: PossibleRemedy
  readonly isOpen: boolean
  readonly onOpen: (event: string | null) => void
}

function Choice({ id, remedy: { event, forced, command }, isOpen, onOpen }: ChoiceProps) {
  const deed = deedOf(event)
  const label = labelOf(event, forced)
  if (deed === null) return <code>{command}</code>
  if (deed.page !== undefined)
    return (
      <Link href={deed.page(id)} className="button-link">
        {label}
      </Link>
    )
  return (
    <button type="button" aria-expanded={isOpen} onClick={() => onOpen(isOpen ? null : event)}>
      {label}…
    </button>
  )
}

/** As the chart has it: several where its guards decide. */
function leadsTo(machine: Machine | undefined, event: string, state: string): string {
  const ways = machine?.transitions.filter((one) => one.event === event && [state, topOf(state)].includes(one.from))
  const states = [...new Set(ways?.map(({ to }) => topOf(to ?? state)))]
  return states.length === 0 ? '' : `→ ${states.join(' or ')}`
}
