/** Says on every page that most of what it shows is made up. */
import { useQuery } from '@tanstack/react-query'
import { api } from '../api.js'

export function DemoBanner() {
  const { data: about } = useQuery({
    queryKey: ['about'],
    queryFn: ({ signal }) => api.about(signal),
    staleTime: Infinity,
  })
  if (about?.isDemo !== true) return null
  return (
    <p className="demo-banner" role="note">
      <strong>A demo.</strong> Whatever is called <code>demo-…</code> is made up: nothing of it is cut or published.
    </p>
  )
}
