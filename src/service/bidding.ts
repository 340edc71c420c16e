/** Where holes are allowed, the node that misses least shall cut. It is waited for, but never for long. */
import type { Bid, Bids } from '../log/footage.js'

/** So long the first that looks waits for others to say what they have. */
const OTHERS_MS = 1_500
/** So long whoever misses least has, to take it: it may be busy with another one. */
const BEST_MS = 5_000

/** Whether the node takes the video, with what the log shall say of it; or when it looks again. */
export type Verdict =
  { readonly claims: true; readonly why: string } | { readonly claims: false; readonly againMs: number }

export function judgeBids(own: string, { bids, expected, waitedMs }: Bids): Verdict {
  const mine = bids.find(({ node }) => node === own)
  // nobody counts this node as running: it does not count itself before the others then
  const missing = mine?.missingSeconds ?? Infinity
  const least = Math.min(...bids.map(({ missingSeconds }) => missingSeconds))
  if (expected > 0 && waitedMs < OTHERS_MS) return { claims: false, againMs: OTHERS_MS - waitedMs }
  if (missing > least && waitedMs < BEST_MS) return { claims: false, againMs: BEST_MS - waitedMs }
  const others = bids.filter(({ node }) => node !== own).map(describe)
  const late = missing > least ? `; who misses less did not take it within ${BEST_MS / 1000} s` : ''
  return { claims: true, why: [`misses ${seconds(missing)}`, ...others].join('; ') + late }
}

const describe = ({ node, missingSeconds, nothing }: Bid): string =>
  `${node} ${nothing ? 'all of it' : seconds(missingSeconds)}`

const seconds = (missing: number): string => (missing === Infinity ? 'some of it' : `${missing.toFixed(3)} s`)

/** So long whoever misses least has, to fetch the rest and take it. */
const FIRST_MS = 5_000

/**
 * How long another node that lacks some of it is given to fetch that first, in milliseconds: if all of them fetched at once, all but one
 * would do so in vain.
 */
export function letFetchMs(own: string, { bids, waitedMs }: Bids): number {
  const mine = bids.find(({ node }) => node === own)
  const isBefore = ({ node, missingSeconds }: Bid) =>
    mine !== undefined &&
    (missingSeconds < mine.missingSeconds || (missingSeconds === mine.missingSeconds && node < own))
  return bids.some(isBefore) ? Math.max(0, FIRST_MS - waitedMs) : 0
}
