import { useLive } from '../live/useLive.js'

/** How many videos are in the state now. */
export function LiveCount({ state }: { readonly state: string }) {
  const count = useLive(({ counts, standing }) => (standing.hasBeenLive ? (counts[state] ?? 0) : null))
  return <Count of={count} />
}

/** How many videos there are. */
export function LiveTotal() {
  const total = useLive(({ counts, standing }) =>
    standing.hasBeenLive ? Object.values(counts).reduce((sum, count) => sum + count, 0) : null,
  )
  return <Count of={total} />
}

/** @param of null while it is not known: that is not none. */
const Count = ({ of }: { readonly of: number | null }) => <b className="live-number">{of ?? '…'}</b>
