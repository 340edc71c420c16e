/** Who keeps the readers of the log from going on, while somebody does. */
import type { Fleet } from '../answers.js'
import { Time } from '../components/Time.js'

export function HeldUp({ open }: { readonly open: Fleet['heldUp'] }) {
  if (open.length === 0) return null
  return (
    <section className="held-up" aria-labelledby="held-up-heading" role="status">
      <h2 id="held-up-heading">Readers are held up</h2>
      <p>Pages, announcements and whoever else follows the log see nothing newer until these transactions end.</p>
      <ul>
        {open.map(({ xid, pid, name, user, database, since, remedy }) => (
          <li key={xid}>
            Readers held up by{' '}
            {pid === null
              ? `the prepared transaction “${name}”`
              : `process ${pid} of PostgreSQL (${name || 'unnamed'})`}
            , user {user}, database {database}
            {since !== null && (
              <>
                , since <Time at={since} />
              </>
            )}
            : <code>{remedy}</code>
          </li>
        ))}
      </ul>
    </section>
  )
}
