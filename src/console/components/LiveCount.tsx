import { useLive } from '../live/useLive.js'

/** How many videos are in the state now. */
export function LiveCount({ state }: { readonly state: string }) {
  const count = useLive(({ counts }) => counts[state] ?? 0)
  return <b className="live-number">{count}</b>
}

/** How many videos there are. */
export function LiveTotal() {
  const total = useLive(({ counts }) => Object.values(counts).reduce((sum, count) => sum + count, 0))
  return <b className="live-number">{total}</b>
}
