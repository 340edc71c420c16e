/** What the picture's signs mean, and what is taken in every state and so stands at none. Pixels. */
import { lineHeight, noteSize, padding } from './box.js'
import { overlap, spanned } from './elk.js'
import { type Chart, eventsOf } from './graph.js'
import type { Layout } from './layout.js'
import { widthOf } from './text.js'

export interface Legend {
  readonly lines: readonly string[]
  readonly width: number
  readonly height: number
}

function legendOf({ everywhere }: Chart): Legend {
  const lines = [
    '▸ what the state asks the service to do',
    '↻ taken without leaving the state',
    '⇠ leads here from several states',
    ...(everywhere.length > 0 ? [`↻ in every state: ${eventsOf(everywhere).join(', ')}`] : []),
  ]
  return {
    lines,
    width: Math.max(...lines.map((line) => widthOf(line, noteSize))) + 2 * padding,
    height: lines.length * lineHeight + padding,
  }
}

const clearance = 14

/** The legend goes into the lower left corner if that is free, else below everything. */
export function withLegend(chart: Chart, layout: Omit<Layout, 'legend'>): Layout {
  const legend = legendOf(chart)
  const corner = {
    x: clearance,
    y: layout.height - clearance - legend.height,
    width: legend.width,
    height: legend.height,
  }
  const lines = layout.arrows.flatMap(({ points }) => points.slice(1).map((to, i) => spanned(points[i] ?? to, to)))
  const taken = [...layout.boxes, ...layout.arrows.map(({ label }) => label), ...lines]
  if (!taken.some((rectangle) => overlap(rectangle, corner, clearance)))
    return { ...layout, legend: { ...legend, ...corner } }
  return {
    ...layout,
    height: layout.height + legend.height + clearance,
    legend: { ...legend, ...corner, y: layout.height },
  }
}
