/** What the chart is seen through: it fits the width where every label stays legible, and is moved about where it does not. */
import { type PointerEvent, type ReactNode, type RefObject, useRef, useState } from 'react'
import type { ChartName } from '../../diagram/graph.js'
import { saveAsSvg } from './save.js'

const steps = [0.5, 0.65, 0.8, 1, 1.25, 1.5, 2] as const
/** Smaller than so, notes are no longer read with ease. */
const leastScale = 0.82

interface Props {
  readonly svg: RefObject<SVGSVGElement | null>
  /** Of the picture, in its own pixels. */
  readonly width: number
  readonly of: ChartName
  /** Of the file into which it is saved, without its ending. */
  readonly name: string
  readonly tools: ReactNode
  readonly children: ReactNode
}

/** Larger than so a small chart only takes the room of others. */
const mostScale = 1.1

export function Frame({ svg, width, of, name, tools, children }: Props) {
  const frame = useRef<HTMLDivElement>(null)
  const [scale, setScale] = useState<number | null>(null)
  const step = (by: 1 | -1): void => {
    const now = scale ?? (svg.current?.getBoundingClientRect().width ?? width) / width
    const next = by > 0 ? steps.find((one) => one > now + 0.01) : steps.findLast((one) => one < now - 0.01)
    setScale(next ?? now)
  }
  const hand = useHand(frame)
  const size =
    scale === null
      ? {
          '--chart-width': `min(100%, ${Math.round(width * mostScale)}px)`,
          '--chart-least': `${Math.round(width * leastScale)}px`,
        }
      : { '--chart-width': `${Math.round(width * scale)}px`, '--chart-least': '0' }
  return (
    <div className="chart-whole">
      <div
        ref={frame}
        className="chart-frame"
        tabIndex={0}
        role="region"
        aria-label={`The chart of a ${of}, which may be wider than the screen`}
        style={size as Record<string, string>}
        {...hand}
      >
        {children}
      </div>
      <div className="chart-tools">
        {tools}
        <span className="chart-buttons">
          <button type="button" onClick={() => step(-1)} aria-label="Smaller">
            −
          </button>
          <button type="button" onClick={() => setScale(null)} aria-pressed={scale === null}>
            Fit
          </button>
          <button type="button" onClick={() => step(1)} aria-label="Larger">
            +
          </button>
          <button type="button" onClick={() => svg.current && saveAsSvg(svg.current, `${name}.svg`)}>
            Save as SVG
          </button>
        </span>
      </div>
    </div>
  )
}

/** Moves what is in the frame with the mouse; fingers do so anyway. */
function useHand(frame: RefObject<HTMLDivElement | null>) {
  const held = useRef<{ x: number; y: number; left: number; top: number } | null>(null)
  return {
    onPointerDown({ pointerType, button, clientX, clientY }: PointerEvent) {
      const element = frame.current
      if (pointerType !== 'mouse' || button !== 0 || element === null) return
      held.current = { x: clientX, y: clientY, left: element.scrollLeft, top: element.scrollTop }
    },
    onPointerMove({ clientX, clientY, buttons }: PointerEvent) {
      if ((buttons & 1) === 0) held.current = null
      if (held.current === null || frame.current === null) return
      const { x, y, left, top } = held.current
      frame.current.scrollTo({ left: left - (clientX - x), top: top - (clientY - y) })
    },
    onPointerUp() {
      held.current = null
    },
  }
}
