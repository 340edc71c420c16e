/** The picture's style sheet. Boxes and labels bring their own light ground, so that they read on any page, light or dark. */

import type { Colour } from '../../machines/video.js'

/** Fill and border of each colour that a state may have; text on them is nearly black (contrast above 12 to 1). */
export const colours: Record<Colour, readonly [fill: string, border: string]> = {
  grey: ['#e9edf1', '#8c96a3'],
  blue: ['#d8e9ff', '#4a8fe0'],
  amber: ['#ffebc2', '#d69f26'],
  green: ['#d0f2d8', '#37a556'],
  red: ['#ffdcd8', '#d9594f'],
}

export const chartStyle = `
.chart { font-family: system-ui, -apple-system, "Segoe UI", "DejaVu Sans", "Liberation Sans", sans-serif; }
.chart text { fill: #1b2129; }
.chart .name { font-size: 14px; font-weight: 700; }
.chart .waits, .chart .note, .chart .effect, .chart .inner-name { font-size: 11px; }
.chart .waits, .chart .note { fill: #414b57; }
.chart .effect { fill: #27303a; font-style: italic; }
.chart .box { stroke-width: 1.5; }
.chart .inner { fill: #ffffff; fill-opacity: 0.75; stroke-width: 1; }
.chart .count-ground { fill: #ffffff; fill-opacity: 0.85; visibility: hidden; }
.chart .count { font-size: 13px; font-weight: 700; }
.chart .line { fill: none; stroke: #8792a2; stroke-width: 1.4; }
.chart .head { fill: #8792a2; }
.chart .label-ground { fill: #f6f8fa; stroke: #c3cad3; stroke-width: 0.8; }
.chart .label { font-size: 11.5px; }
.chart .inner-label { font-size: 11px; }
.chart .main .line { stroke: #4a8fe0; stroke-width: 2.6; }
.chart .main .head { fill: #4a8fe0; }
.chart .to-red .line { stroke: #d9594f; }
.chart .to-red .head { fill: #d9594f; }
.chart .begin { fill: #8792a2; }
${Object.entries(colours)
  .map(
    ([colour, [fill, border]]) =>
      `.chart .${colour} .box { fill: ${fill}; stroke: ${border}; }\n.chart .${colour} .inner { stroke: ${border}; }`,
  )
  .join('\n')}
`
