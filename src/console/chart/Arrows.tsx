/** The ways between the states, and what they are called. */
import { memo } from 'react'
import type { PictureArrow } from '../../diagram/picture.js'
import { wayOf } from './figures.js'

const lineHeight = 15

interface Props {
  readonly arrow: PictureArrow
  /** The colour of the state that it leads to. */
  readonly colour: string
  /** Whether the one video that is shown went that way; null where the picture is of all. */
  readonly lit: boolean | null
  /** How many went that way in the last hour; null where it is not known. */
  readonly flow: number | null
}

const kindOf = ({ arrow, colour, lit }: Omit<Props, 'flow'>): string =>
  [arrow.isMain ? 'main' : `to-${colour}`, lit === null ? '' : lit ? 'lit' : 'unlit'].join(' ')

export const ArrowLine = memo(function ArrowLine({ flow, ...rest }: Props) {
  const { from, to, line, head } = rest.arrow
  return (
    <g className={`arrow ${kindOf(rest)}`} data-way={wayOf(from, to)} data-flow={strength(flow)}>
      <path className="line" d={line} />
      <path className="head" d={head} />
    </g>
  )
})

/** Drawn after all lines: none may run over a label. */
export const ArrowLabel = memo(function ArrowLabel({ flow, ...rest }: Props) {
  const { from, to, transitions, label } = rest.arrow
  const { x, y, width, height, lines } = label
  const first = y + height / 2 - ((lines.length - 1) * lineHeight) / 2
  return (
    <g className={`arrow-label ${kindOf(rest)}`} data-way={wayOf(from, to)}>
      <title>
        {[
          `${from} → ${to}`,
          ...transitions.map(({ event, guard }) => (guard === null ? event : `${event}, if ${guard}`)),
          ...(flow === null ? [] : [`${flow} in the last hour`]),
        ].join('\n')}
      </title>
      <rect className="label-ground" x={x} y={y} width={width} height={height} rx="6" />
      {lines.map((text, i) => (
        <text key={text} className="label" x={x + width / 2} y={first + i * lineHeight + 4} textAnchor="middle">
          {text}
        </text>
      ))}
      {flow !== null && flow > 0 && <Flow flow={flow} right={x + width + flowOverhang} y={y} />}
    </g>
  )
})

/** On the corner of the label: it takes no more room than boxes and labels have between them. */
function Flow({ flow, right, y }: { readonly flow: number; readonly right: number; readonly y: number }) {
  const text = shortly(flow)
  const wide = text.length * flowDigit + 6
  return (
    <>
      <rect className="flow-ground" x={right - wide} y={y - 10} width={wide} height="13" rx="6" />
      <text className="flow" x={right - wide / 2} y={y} textAnchor="middle">
        {text}
      </text>
    </>
  )
}

const flowDigit = 6.5
const flowOverhang = 6

/** In four characters at most: the label has no room for more. */
function shortly(flow: number): string {
  if (flow < 1_000) return `×${flow}`
  return flow < 10_000 ? `×${Math.floor(flow / 1_000)}k` : '×9k+'
}

/** 0 to 4: how thick it is drawn. */
function strength(flow: number | null): number {
  if (flow === null || flow === 0) return 0
  return Math.min(4, 1 + Math.floor(Math.log10(flow) * 1.5))
}
