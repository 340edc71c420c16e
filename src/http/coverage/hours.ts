/** What is told of an hour of footage, of whichever node. */
import * as t from 'io-ts'
import type { NotedHour } from '../../log/coverage.js'
import { Figures, figuresOf } from '../../segments/coverage/figures.js'

export const ToldHour = t.type({
  node: t.string,
  channel: t.string,
  quality: t.string,
  hour: t.string,
  notedAt: t.string,
  ...Figures.type.props,
  holes: t.array(t.type({ start: t.string, end: t.string })),
})
export type ToldHour = t.TypeOf<typeof ToldHour>

/** What a node has of an hour, its figures read. */
export interface CoveredHour extends Omit<NotedHour, 'figures'> {
  readonly figures: Figures
}

/** Without those that a node of another version has noted in its own form: that node will have to say it anew. */
export const covered = (hours: readonly NotedHour[]): CoveredHour[] =>
  hours.flatMap((hour) => {
    const figures = figuresOf(hour.figures)
    return figures === null ? [] : [{ ...hour, figures }]
  })

export function toldHour({ figures, pieces: _, ...hour }: CoveredHour): ToldHour {
  const utc = (ms: number): string => new Date(ms).toISOString()
  return { ...hour, ...figures, holes: figures.holes.map(([start, end]) => ({ start: utc(start), end: utc(end) })) }
}
