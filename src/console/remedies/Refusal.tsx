/** Why something was not done, in the node's own words, and what is needed. Nothing has changed. */
import { ApiError } from '../asking.js'

interface Problem {
  readonly field: string
  readonly found: string
  readonly allowed: string
}

/** @param role what whoever does it must have. */
export function Refusal({ error, role }: { readonly error: unknown; readonly role: string | null }) {
  const status = error instanceof ApiError ? error.status : 0
  const problems = error instanceof ApiError ? ((error.answer['problems'] as readonly Problem[] | undefined) ?? []) : []
  const needs = role === null ? '' : ` It takes somebody with the role ${role}.`
  return (
    <div className="refusal" role="alert">
      {status === 401 && (
        <p>
          <strong>Not signed in.</strong>
          {needs}
        </p>
      )}
      {status === 403 && (
        <p>
          <strong>Not allowed.</strong>
          {needs}
        </p>
      )}
      <p>{error instanceof ApiError ? error.message : 'The node does not answer: whether it was done is not known.'}</p>
      {problems.length > 0 && (
        <ul>
          {problems.map(({ field, found, allowed }) => (
            <li key={field}>
              <code>{field}</code>: found {found}; allowed: {allowed}
            </li>
          ))}
        </ul>
      )}
    </div>
  )
}
