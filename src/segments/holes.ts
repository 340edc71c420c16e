/** What is said of missing footage. */
import type { Range } from './segment.js'

const clock = (ms: number): string => new Date(ms).toISOString().replace('T', ' ').slice(0, 23)

/** Such as `node-a has no footage from 2026-01-31 18:00:02.000 to 18:00:04.500 UTC and 2 more holes`. */
export function describeHoles(node: string, holes: readonly Range[]): string {
  const [first] = holes
  if (!first) return `${node} has no footage of it`
  const more = holes.length > 1 ? ` and ${holes.length - 1} more hole${holes.length > 2 ? 's' : ''}` : ''
  return `${node} has no footage from ${clock(first.startMs)} to ${clock(first.endMs).slice(11)} UTC${more}`
}
