/** Arrows as paths of SVG. */
import type { Point } from './elk.js'

const bendRadius = 7
const headLength = 8
const headWidth = 7

export interface ArrowPath {
  readonly line: string
  readonly head: string
}

/** A line over `points` with round bends, and a head at its end, as paths of SVG; null where there is no line. */
export function pathOf(points: readonly Point[]): ArrowPath | null {
  const [before, end] = points.slice(-2)
  if (!before || !end) return null
  const [dx, dy] = direction(before, end)
  const neck = { x: end.x - dx * headLength, y: end.y - dy * headLength }
  const wing = (sign: 1 | -1): string =>
    at({ x: neck.x - (sign * dy * headWidth) / 2, y: neck.y + (sign * dx * headWidth) / 2 })
  const bends = points.slice(1, -1).map((bend, i) => rounded(points[i] ?? bend, bend, points[i + 2] ?? bend))
  return {
    line: `M${at(points[0] ?? end)}${bends.join('')}L${at({ x: end.x - dx * 4, y: end.y - dy * 4 })}`,
    head: `M${at(end)}L${wing(1)}L${wing(-1)}Z`,
  }
}

function rounded(before: Point, bend: Point, after: Point): string {
  const [inX, inY] = direction(before, bend)
  const [outX, outY] = direction(bend, after)
  const radius = Math.min(bendRadius, distance(before, bend) / 2, distance(bend, after) / 2)
  const start = { x: bend.x - inX * radius, y: bend.y - inY * radius }
  const stop = { x: bend.x + outX * radius, y: bend.y + outY * radius }
  return `L${at(start)}Q${at(bend)} ${at(stop)}`
}

const distance = (a: Point, b: Point): number => Math.hypot(b.x - a.x, b.y - a.y)

function direction(from: Point, to: Point): [number, number] {
  const length = distance(from, to) || 1
  return [(to.x - from.x) / length, (to.y - from.y) / length]
}

const at = ({ x, y }: Point): string => `${round(x)} ${round(y)}`

export const round = (pixels: number): number => Math.round(pixels * 10) / 10
