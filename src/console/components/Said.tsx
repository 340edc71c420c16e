/** What is said in the place of something that is not there. */
import type { ReactNode } from 'react'
import { ApiError } from '../asking.js'

/** Nothing to show, and that is as it should be. */
export const Empty = ({ children }: { readonly children: ReactNode }) => <p className="said">{children}</p>

export const Loading = ({ what }: { readonly what: string }) => (
  <p className="said" role="status">
    {what}…
  </p>
)

/** What could not be asked, in the node's own words, and how to ask again. */
export function Trouble({
  what,
  error,
  onAgain,
}: {
  readonly what: string
  readonly error: unknown
  readonly onAgain?: () => void
}) {
  const why = error instanceof ApiError ? error.message : 'the node does not answer'
  return (
    <div className="said trouble" role="alert">
      <p>
        {what}: {why}
      </p>
      {onAgain && (
        <button type="button" onClick={onAgain}>
          Try again
        </button>
      )}
    </div>
  )
}
