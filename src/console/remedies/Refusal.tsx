/** Why something was not done, in the node's own words, and what is needed; or that nobody can say whether it was. */
import { ApiError, isRefusal } from '../asking.js'

interface Problem {
  readonly field: string
  readonly found: string
  readonly allowed: string
}

interface Props {
  readonly error: unknown
  /** What whoever does it must have. */
  readonly role: string | null
  /** It was only asked what would come of it. */
  readonly isTrial?: boolean
}

export function Refusal({ error, role, isTrial = false }: Props) {
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
      <p>
        {isRefusal(error)
          ? error.message
          : `The node does not answer: ${isTrial ? 'what would come of it' : 'whether it was done'} is not known.`}
      </p>
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
