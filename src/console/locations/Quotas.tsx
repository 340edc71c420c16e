/** How much of its daily quota each account has used, and how long the rest will last at the pace of the day. */
import { useQuery } from '@tanstack/react-query'
import type { Allowance, QuotaStanding } from '../../log/quota.js'
import { api } from '../api.js'
import { Loading, Trouble } from '../components/Said.js'
import { Time } from '../components/Time.js'

/** Nodes add up what they have spent twice a minute. */
const everyMs = 30_000
const number = new Intl.NumberFormat('en')

export function Quotas() {
  const { data, error, refetch } = useQuery({
    ...{ queryKey: ['accounts'], refetchInterval: everyMs },
    queryFn: ({ signal }) => api.accounts(signal),
  })
  return (
    <section aria-labelledby="quotas-heading">
      <h2 id="quotas-heading">Quota of accounts</h2>
      {error !== null && <Trouble what="The quota can’t be shown" error={error} onAgain={() => void refetch()} />}
      {data !== undefined ? (
        data.accounts.length === 0 ? (
          <p className="quiet">No node offers a location of an account with a quota.</p>
        ) : (
          <ul className="quotas">
            {data.accounts.map((standing) => (
              <Account key={standing.account} {...standing} />
            ))}
          </ul>
        )
      ) : (
        error === null && <Loading what="Asking for the quota" />
      )}
    </section>
  )
}

function Account({ account, isElsewhere, dayEndsAt, uploads, units, methods }: QuotaStanding) {
  const used = Object.entries(methods)
  return (
    <li data-account={account}>
      <h3>{account}</h3>
      <p className="quiet">
        Its day ends at <Time at={dayEndsAt} />.
        {isElsewhere &&
          ' Another node’s configuration has it: its limits are not known here, these are the usual ones.'}
      </p>
      <Spent of={`uploads of ${account}`} what="uploads" {...uploads} />
      <Spent of={`units of ${account}`} what="units" {...units} />
      {used.length > 0 && (
        <details>
          <summary>By method</summary>
          <ul className="methods">
            {used.map(([method, { calls, units }]) => (
              <li key={method}>
                <code>{method}</code> {number.format(calls)} {calls === 1 ? 'call' : 'calls'}, {number.format(units)}{' '}
                units
              </li>
            ))}
          </ul>
        </details>
      )}
    </li>
  )
}

function Spent({ of, what, used, limit, usedUpAt }: Allowance & { readonly of: string; readonly what: string }) {
  return (
    <div className="spent">
      <progress max={limit} value={Math.min(used, limit)} aria-label={of} />
      <span>
        {number.format(used)} of {number.format(limit)} {what} used
        {usedUpAt === null ? (
          <span className="quiet">; at this pace it lasts until the day ends</span>
        ) : (
          <>
            {'; '}
            <strong className="warning">
              {used >= limit ? 'used up' : 'at this pace used up at '}
              {used < limit && <Time at={usedUpAt} />}
            </strong>
          </>
        )}
      </span>
    </div>
  )
}
