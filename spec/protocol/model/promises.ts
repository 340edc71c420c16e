/** What must hold, whatever happens (DESIGN 8.1, 8.2 and 8.4, as far as one video's claims go). */
import type { Chart } from './chart.js'
import { nameOf, type World } from './world.js'
import type { Bounds } from './protocol.js'

/** Why the world breaks a promise; null where it keeps them all. */
export function broken(chart: Chart, world: World): string | null {
  const { state, context } = chart.facts(world.video)
  const published = world.uploads.flatMap(({ is }, attempt) => (is === 'complete' ? [attempt] : []))
  for (const [n, attempt] of published.entries()) {
    const edit = world.uploads[attempt]?.edit ?? 0
    const other = published.slice(n + 1).find((later) => world.uploads[later]?.edit === edit)
    if (other !== undefined && !world.edit.excused.includes(edit))
      return `one edit is published twice, by ${nameOf(attempt)} and ${nameOf(other)}`
    if (!isKnown(chart, world, attempt)) return `${nameOf(attempt)} is published, and nobody knows`
  }
  const shown = context.published?.video_id
  if (state === 'DONE' && !published.some((attempt) => `v-${nameOf(attempt)}` === shown))
    return `it is DONE, but ${String(shown)} is not there`
  return null
}

/** The log names it, or what may have published it; or its session is open, so that somebody is going to look. */
const isKnown = (chart: Chart, world: World, attempt: number): boolean =>
  isNamed(chart, world, attempt) || world.uploads[attempt]?.session === 'open'

function isNamed(chart: Chart, world: World, attempt: number): boolean {
  const { context } = chart.facts(world.video)
  const name = nameOf(attempt)
  return (
    context.published?.video_id === `v-${name}` ||
    context.orphans.some(({ id, attempt: of }) => id === `v-${name}` || of === name) ||
    (context.attempt?.id === name && context.attempt.bytes !== null)
  )
}

/** Why nothing may come to rest here; null where the video has arrived, or a person is told what is wrong. */
export function unfinished(chart: Chart, { attempts }: Bounds, world: World): string | null {
  const { state, name, context } = chart.facts(world.video)
  const unnamed = world.uploads.findIndex(({ is }, attempt) => is === 'complete' && !isNamed(chart, world, attempt))
  if (unnamed >= 0) return `${nameOf(unnamed)} is published, and the log does not name it`
  if (state === 'DONE' || state === 'UNEDITED') return null
  if (state === 'FAILED' || state === 'UNCERTAIN') return context.error === null ? `${state} says no reason` : null
  // a bound of the model, not of the protocol: the next attempt would be made
  if (state === 'EDITED' && world.uploads.length === attempts) return null
  return `nobody is at work on it, and it is ${name}`
}
