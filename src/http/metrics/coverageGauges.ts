/** Gauges of the footage, by the names that wubloader's coverage has them. */
import { notedHours } from '../../log/coverage.js'
import type { Queryable } from '../../log/database.js'
import { type CoveredHour, covered } from '../coverage/hours.js'

export interface GaugeSample {
  readonly name: string
  readonly help: string
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
}

const types = ['full', 'suspect', 'partial'] as const

/** One sample an hour and gauge, and one a type where segments are counted. */
export const coverageGauges = (hours: readonly CoveredHour[]): GaugeSample[] =>
  hours.flatMap(({ channel, quality, hour, figures }) => {
    const sample = (name: keyof typeof helps, value: number, type?: string): GaugeSample => ({
      name,
      help: helps[name],
      labels: { channel, quality, hour, ...(type !== undefined && { type }) },
      value,
    })
    return [
      sample('raw_coverage', figures.rawSeconds),
      sample('editable_coverage', figures.editableSeconds),
      sample('raw_holes', figures.rawHoles),
      sample('editable_holes', figures.editableHoles),
      ...types.map((type) => sample('segment_count', figures.segments[type].count, type)),
      sample('segment_count', figures.bad, 'bad'),
      ...types.map((type) => sample('segment_duration', figures.segments[type].seconds, type)),
      ...types.map((type) => sample('overlap_count', figures.overlaps[type].count, type)),
      ...types.map((type) => sample('overlap_duration', figures.overlaps[type].seconds, type)),
    ]
  })

const helps = {
  raw_coverage: 'Seconds of the hour that any segment covers',
  editable_coverage: 'Seconds of the hour that segments cover which follow one another',
  raw_holes: 'Holes of the hour that no segment covers',
  editable_holes: 'Holes of the hour between segments that follow one another',
  segment_count: 'Segments of the hour, all that there are',
  segment_duration: 'Seconds of the best segments of the hour, one for each start',
  overlap_count: 'Best segments of the hour that begin before the one before them is over',
  overlap_duration: 'Seconds that such segments share with those before them',
} as const

/** Of the node itself, whose numbers each node shows. @param most hours; the latest. */
export const ownCoverageGauges = async (db: Queryable, node: string, most = 336): Promise<GaugeSample[]> =>
  coverageGauges(covered((await notedHours(db, { node }, most)).hours))
