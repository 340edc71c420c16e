/** Lets the chart flash where something has just happened: the way that a video took, and where it came to. */
import { type RefObject, useRef } from 'react'
import { useEvents, useLive } from '../live/useLive.js'
import { topOf } from '../machine.js'
import { wayOf } from './figures.js'

const flashMs = 1_600
/** Of so many videos it is remembered where they were seen last. */
const remembered = 1_000
/** More at once than so are a crowd: nobody sees one of them. */
const most = 12

export function useFlashes(svg: RefObject<SVGSVGElement | null>, wanted: boolean): void {
  const lastState = useRef(new Map<string, string>())
  // what had happened before the page was there is no news
  const isLive = useLive(({ standing }) => standing.live)
  useEvents((events) => {
    const touched = new Set<string>()
    for (const { stream, video, state } of events) {
      if (video === null) continue
      const seen = lastState.current
      const [before, now] = [seen.get(stream), topOf(state)]
      seen.delete(stream)
      seen.set(stream, now)
      if (seen.size > remembered) seen.delete(seen.keys().next().value ?? '')
      touched.add(`[data-state="${CSS.escape(now)}"] .box`)
      if (before !== undefined && before !== now) touched.add(`[data-way="${CSS.escape(wayOf(before, now))}"] .line`)
    }
    if (!wanted || !isLive || matchMedia('(prefers-reduced-motion: reduce)').matches) return
    for (const selector of [...touched].slice(0, most)) flash(svg.current?.querySelector(selector))
  })
}

function flash(element: Element | null | undefined): void {
  const colour = getComputedStyle(document.documentElement).getPropertyValue('--accent')
  const lit = { stroke: colour, strokeWidth: '6px' }
  element?.animate([lit, { ...lit, offset: 0.4 }, {}], { duration: flashMs, easing: 'ease-out' })
}
