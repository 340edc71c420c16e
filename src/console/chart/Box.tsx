/** A state in the chart: a link to the videos that are in it. */
import { memo } from 'react'
import { useLocation } from 'wouter'
import type { PictureBox } from '../../diagram/picture.js'
import { ShapePath } from '../components/Shape.js'
import type { ChartName } from '../../diagram/graph.js'
import { useLive } from '../live/useLive.js'
import { spoken } from '../settings/time.js'
import { type Heat, heatMeaning, type StateFigures } from './figures.js'

/** Of a picture that is of one video alone: whether it has been here, or is. */
export type Lit = 'none' | 'been' | 'here'

export interface BoxProps {
  readonly box: PictureBox
  readonly of: ChartName
  /** Where a click leads. */
  readonly href: string
  /** How many are here; undefined: as many videos as there are now. */
  readonly given: number | undefined
  readonly figures: StateFigures | undefined
  /** Null where the picture is of all videos. */
  readonly lit: Lit | null
  /** The substate that the video is in. */
  readonly substate: string | null
}

const digitWidth = 8

export const StateBox = memo(function StateBox({ box, of, href, given, figures, lit, substate }: BoxProps) {
  const { id, name, description, colour, x, y, width, height } = box
  const [, navigate] = useLocation()
  const live = useLive(({ counts }) => (given === undefined ? (counts[id] ?? 0) : 0))
  const count = given ?? live
  const shown = lit === null ? count : 0
  const kinds = ['state', colour, shown > 0 ? 'occupied' : 'vacant', lit === null ? '' : `lit-${lit}`]
  return (
    <g transform={`translate(${x} ${y})`}>
      <a
        href={href}
        className={kinds.join(' ')}
        data-state={id}
        data-heat={figures?.heat ?? 0}
        aria-label={
          lit === null ? `${name}: ${count} ${count === 1 ? of : `${of}s`}${saidOf(figures)}` : `${name}${saying[lit]}`
        }
        onClick={(event) => {
          if (event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return
          event.preventDefault()
          navigate(href)
        }}
      >
        <title>{`${name}: ${description}`}</title>
        <rect className="box" width={width} height={height} rx="9" />
        <ShapePath colour={colour} x={10} y={11} />
        <text className="name" x="28" y="22">
          {name}
        </text>
        {box.lines.map(({ text, y }) => (
          <text key={text} className="waits" x="10" y={y + 4}>
            {text}
          </text>
        ))}
        <Figures figures={figures} y={box.figuresY} width={width} />
        {box.steps.map((step) => (
          <g key={step.line} className="step">
            <path className="line" d={step.line} />
            <path className="head" d={step.head} />
            <text className="inner-label" x={step.x} y={step.y + 4}>
              {step.label}
            </text>
          </g>
        ))}
        {box.substates.map((inner) => (
          <g key={inner.id} className={inner.id === substate ? 'substate here' : 'substate'} data-substate={inner.id}>
            <title>{`${inner.name}: ${inner.description}`}</title>
            <rect className="inner" x={inner.x} y={inner.y} width={inner.width} height={inner.height} rx="5" />
            <text className="inner-name" x={inner.x + 10} y={inner.y + 14}>
              {inner.name}
            </text>
          </g>
        ))}
        {shown > 0 && <Count count={shown} width={width} />}
        {lit === 'here' && <circle className="marker" cx={width - 4} cy="4" r="9" />}
      </a>
    </g>
  )
})

const saying: Readonly<Record<Lit, string>> = { none: '', been: ': it has been here', here: ': it is here' }

function Count({ count, width }: { readonly count: number; readonly width: number }) {
  const text = count > 99_999 ? '99999+' : String(count)
  const wide = Math.max(30, text.length * digitWidth + 16)
  return (
    <g className="count-sign">
      <rect className="count-ground" x={width - wide + 8} y="-11" width={wide} height="22" rx="11" />
      <text className="count" x={width - wide / 2 + 8} y="4.6" textAnchor="middle">
        {text}
      </text>
    </g>
  )
}

/** What eyes see in the figures, for who hears it. */
function saidOf(figures: StateFigures | undefined): string {
  const { oldestSeconds = null, p95Seconds = null, heat = 0 } = figures ?? {}
  return [
    ...(oldestSeconds === null ? [] : [`the oldest for ${spoken(oldestSeconds)}`]),
    ...(p95Seconds === null ? [] : [`95 % stay no longer than ${spoken(p95Seconds)}`]),
    ...(heat === 0 ? [] : [heatMeaning[heat]]),
  ]
    .map((said) => `, ${said}`)
    .join('')
}

/** How long the oldest has been here, and how long most stay; a bar below says how the one compares with the other. */
function Figures({
  figures,
  y,
  width,
}: {
  readonly figures: StateFigures | undefined
  readonly y: number
  readonly width: number
}) {
  const oldest = figures?.oldestSeconds ?? null
  const p95 = figures?.p95Seconds ?? null
  if (oldest === null && p95 === null) return null
  return (
    <g className="figures">
      <text>
        {oldest !== null && (
          <tspan x="10" y={y + 4}>
            oldest {brief(oldest)}
          </tspan>
        )}
        {p95 !== null && (
          <tspan x="10" y={y + 19}>
            95 % ≤ {brief(Math.ceil(p95))}
          </tspan>
        )}
      </text>
      {figures?.heat !== undefined && <HeatBar heat={figures.heat} y={y + 25} width={width - 20} />}
    </g>
  )
}

/** Of three parts as many are filled as it is hot: seen without colours, too. */
function HeatBar({ heat, y, width }: { readonly heat: Heat; readonly y: number; readonly width: number }) {
  const part = (width - 4) / 3
  return (
    <g className="heat">
      <title>{heatMeaning[heat]}</title>
      {[0, 1, 2].map((i) => (
        <rect
          key={i}
          className={i < heat ? 'hot' : 'cool'}
          x={10 + i * (part + 2)}
          y={y}
          width={part}
          height="4"
          rx="1.5"
        />
      ))}
    </g>
  )
}

/** In the largest unit alone: there is little room. */
const brief = (seconds: number): string => spoken(seconds).split(' ').slice(0, 2).join(' ')
