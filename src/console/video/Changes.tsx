/** What an event changed of the row, and what it asked the service to do. */
import type { Change, Effect } from '../answers.js'
import { isNothing, Shown } from './Value.js'

export const Effects = ({ effects }: { readonly effects: readonly Effect[] }) =>
  effects.length === 0 ? null : (
    <p className="effects">
      It asked for: <code>{effects.map(({ type }) => type).join(', ')}</code>
    </p>
  )

export const Changes = ({ changed }: { readonly changed: readonly Change[] }) =>
  changed.length === 0 ? (
    <p className="quiet">It changed nothing of the row.</p>
  ) : (
    <table className="changes">
      <caption>What it changed</caption>
      <thead>
        <tr>
          <th scope="col">Column</th>
          <th scope="col">Before</th>
          <th scope="col">Since</th>
        </tr>
      </thead>
      <tbody>
        {changed.map(({ column, from, to }) => (
          <tr key={column} data-column={column}>
            <th scope="row">{column.replaceAll('_', ' ')}</th>
            <td>
              <Side value={from} />
            </td>
            <td>
              <Side value={to} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )

const Side = ({ value }: { readonly value: unknown }) =>
  isNothing(value) ? <span className="quiet">nothing</span> : <Shown value={value} />
