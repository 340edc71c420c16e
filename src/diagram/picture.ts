/** The picture of a chart as JSON, for pages that draw it themselves and put live figures into it. Pixels from the top left corner. */
import type { Box } from './box.js'
import type { Rectangle } from './elk.js'
import { isStepOfMainLine } from './arrangement.js'
import { type Chart, type ChartTransition, eventsOf } from './graph.js'
import { type Layout, layOutBoard } from './layout.js'
import { type ArrowPath, pathOf } from './path.js'

export interface PictureBox extends Rectangle, Pick<Box, 'colour' | 'lines'> {
  readonly id: string
  readonly name: string
  readonly description: string
  /** The middle of the first of two lines that are free for figures, from the top of the box. */
  readonly figuresY: number
  readonly substates: readonly (Rectangle & {
    readonly id: string
    readonly name: string
    readonly description: string
  })[]
  /** From one substate down to the next. */
  readonly steps: readonly (ArrowPath & { readonly label: string; readonly x: number; readonly y: number })[]
}

export interface PictureArrow extends ArrowPath {
  readonly from: string
  readonly to: string
  /** A step of the way that a video takes if nothing goes wrong. */
  readonly isMain: boolean
  readonly transitions: readonly ChartTransition[]
  readonly label: Rectangle & { readonly lines: readonly string[] }
}

export interface Picture {
  readonly width: number
  readonly height: number
  readonly boxes: readonly PictureBox[]
  readonly arrows: readonly PictureArrow[]
  readonly begin: ArrowPath & { readonly x: number; readonly y: number }
}

const noPath: ArrowPath = { line: '', head: '' }

export async function pictureOf(chart: Chart): Promise<Picture> {
  const { width, height, boxes, arrows, begin } = await layOutBoard(chart)
  return {
    width,
    height,
    boxes: boxes.map(boxOf),
    arrows: arrows.map(({ arrow: { from, to, transitions }, label, lines, points }) => ({
      ...{ from, to, transitions },
      ...(pathOf(points) ?? noPath),
      isMain: chart.subject.name === 'video' && isStepOfMainLine(from, to),
      label: { ...label, lines },
    })),
    begin: {
      ...(pathOf(begin.points) ?? noPath),
      x: begin.x + begin.width / 2,
      y: begin.y + begin.height / 2,
    },
  }
}

function boxOf(box: Layout['boxes'][number]): PictureBox {
  const { state, colour, x, y, width, height, lines, inner, innerArrows, figuresY } = box
  const { id, name, description } = state
  return {
    ...{ id, name, description, colour, x, y, width, height, lines },
    figuresY: figuresY ?? 0,
    substates: inner.map(({ state: { id, name, description }, x, y, width, height }) => ({
      ...{ id, name, description, x, y, width, height },
    })),
    steps: innerArrows.map(({ step, x, fromY, toY }) => ({
      ...(pathOf([
        { x, y: fromY },
        { x, y: toY },
      ]) ?? noPath),
      label: eventsOf(step.transitions).join(', '),
      x: x + 7,
      y: (fromY + toY) / 2,
    })),
  }
}
