/** From page to page of the list. Each has an address of its own; where it goes on is a place in the order and not a number. */
import { useLocation, useSearch } from 'wouter'

interface Props {
  readonly after: string | null
  readonly next: string | null
}

/** The pages before this one, as far as somebody has come through them. */
interface Trail {
  readonly before?: readonly (string | null)[]
}

export function PageSteps({ after, next }: Props) {
  const [, navigate] = useLocation()
  const search = useSearch()
  const { before = [] } = (history.state ?? {}) as Trail
  const go = (to: string | null, trail: readonly (string | null)[]): void => {
    const params = new URLSearchParams(search)
    if (to === null) params.delete('after')
    else params.set('after', to)
    const query = params.toString()
    navigate(query === '' ? '/videos' : `/videos?${query}`, { state: { before: trail } satisfies Trail })
    scrollTo({ top: 0 })
  }
  if (after === null && next === null) return null
  return (
    <nav className="page-steps" aria-label="Pages">
      <button type="button" disabled={after === null} onClick={() => go(null, [])}>
        First page
      </button>
      <button
        type="button"
        disabled={before.length === 0}
        onClick={() => go(before.at(-1) ?? null, before.slice(0, -1))}
      >
        Page before
      </button>
      <button type="button" disabled={next === null} onClick={() => go(next, [...before, after])}>
        Next page
      </button>
    </nav>
  )
}
