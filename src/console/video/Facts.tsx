/** What is known of the video now. */
import type { Row } from '../api.js'
import { Value } from './Value.js'

/** What the page shows elsewhere, or nobody asks for. */
const elsewhere = new Set([
  'id',
  'state',
  'substate',
  'version',
  'error',
  'warning',
  'video_title',
  'chart',
  'snapshot',
])

export function Facts({ row }: { readonly row: Row }) {
  const fields = Object.entries(row).filter(([name]) => !elsewhere.has(name))
  return (
    <section aria-labelledby="facts-heading">
      <h2 id="facts-heading">The video now</h2>
      <dl className="facts">
        {fields.map(([name, value]) => (
          <Value key={name} name={name} value={value} />
        ))}
      </dl>
    </section>
  )
}
