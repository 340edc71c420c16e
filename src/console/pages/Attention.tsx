/** What needs a person: errors, warnings and orphans, those together that say the same, with what can be done about each. */
import { useState } from 'react'
import { useQuery } from '@tanstack/react-query'
import { api } from '../api.js'
import { Group } from '../attention/Group.js'
import { Bulk, type Question } from '../bulk/Bulk.js'
import { Loading, Trouble } from '../components/Said.js'
import { Shape } from '../components/Shape.js'
import { useFresh } from '../live/useFresh.js'
import { JustDone } from '../remedies/JustDone.js'

const key = ['attention']

export default function Attention() {
  const { data, error, refetch } = useQuery({ queryKey: key, queryFn: ({ signal }) => api.attention(signal) })
  const [question, ask] = useState<Question | null>(null)
  useFresh(key, ({ video }) => video !== null)
  return (
    <>
      <h1>Attention</h1>
      <JustDone />
      {error !== null && (
        <Trouble what="What needs a person is not known" error={error} onAgain={() => void refetch()} />
      )}
      {data === undefined && error === null && <Loading what="Asking what needs a person" />}
      {data?.groups.length === 0 && error === null && (
        <div className="said all-well">
          <Shape colour="green" />
          <p>All is well: no video waits for a person. Whatever does so later is shown here as soon as it happens.</p>
        </div>
      )}
      {data?.groups.map((group) => (
        <Group key={[group.kind, group.state, group.warningKind, group.line].join(' ')} group={group} onAsk={ask} />
      ))}
      {data?.more === true && <p className="said">There are more kinds of trouble than these hundred.</p>}
      {question !== null && <Bulk {...question} onClose={() => ask(null)} />}
    </>
  )
}
