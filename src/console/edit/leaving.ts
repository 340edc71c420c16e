/** Whoever leaves a page with something that is not saved is asked whether they mean it, whichever way they leave. */
import { useEffect, useRef } from 'react'
import type { AroundNavHandler } from 'wouter'

/** What there is to lose now, if anything. */
let unsaved: (() => string | null) | null = null
let here = location.pathname + location.search

/** @param loss what would be lost; null: nothing. */
export function useUnsaved(loss: string | null): void {
  const latest = useRef(loss)
  latest.current = loss
  useEffect(() => {
    const own = (): string | null => latest.current
    unsaved = own
    return () => {
      if (unsaved === own) unsaved = null
    }
  }, [])
}

function mayLeave(): boolean {
  const loss = unsaved?.() ?? null
  return loss === null || window.confirm(`${loss} Leave all the same?`)
}

/** The router's own steps. */
export const askingNavigation: AroundNavHandler = (navigate, to, options) => {
  const isHere = new URL(to, location.href).pathname === location.pathname
  if (!isHere && options?.replace !== true && !mayLeave()) return
  // what is left is left: nothing asks a second time
  if (!isHere) unsaved = null
  navigate(to, options)
  here = location.pathname + location.search
}

/** The browser's: back and forward, another address, the end of the tab. To be called once, before the router listens. */
export function askBeforeLeaving(): void {
  addEventListener('beforeunload', (event) => {
    if ((unsaved?.() ?? null) !== null) event.preventDefault()
  })
  addEventListener(
    'popstate',
    (event) => {
      const isElsewhere = new URL(here, location.href).pathname !== location.pathname
      if (isElsewhere && !mayLeave()) {
        // the browser has gone already: the page goes back to where it is shown
        event.stopImmediatePropagation()
        history.pushState(null, '', here)
        return
      }
      here = location.pathname + location.search
    },
    { capture: true },
  )
}
