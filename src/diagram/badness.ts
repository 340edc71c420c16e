/** Judging a layout, to choose the best of several. */
import type { Placement, Point } from './elk.js'

/** What makes a picture hard to read, in pixels: long ways, and for each crossing as much as a long way. */
export function badness({ routes, width, height }: Placement): number {
  const segments = [...routes].flatMap(([id, { points }]) =>
    points.slice(1).map((to, i) => ({ id, from: points[i] ?? to, to })),
  )
  const length = segments.reduce((sum, { from, to }) => sum + Math.abs(to.x - from.x) + Math.abs(to.y - from.y), 0)
  const crossings = segments.flatMap((a) => segments.filter((b) => a.id < b.id && cross(a, b))).length
  return length + 150 * crossings + width + 2 * height
}

interface Segment {
  readonly from: Point
  readonly to: Point
}

/** Whether a level and an upright line cross. */
const cross = (a: Segment, b: Segment): boolean => crossesUpright(a, b) || crossesUpright(b, a)

const crossesUpright = (level: Segment, upright: Segment): boolean =>
  level.from.y === level.to.y &&
  upright.from.x === upright.to.x &&
  isBetween(upright.from.x, level.from.x, level.to.x) &&
  isBetween(level.from.y, upright.from.y, upright.to.y)

const isBetween = (value: number, a: number, b: number): boolean => value > Math.min(a, b) && value < Math.max(a, b)
