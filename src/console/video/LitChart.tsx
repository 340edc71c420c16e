/** The chart with one video's way through it. */
import { useRef } from 'react'
import { Chart, type Path } from '../chart/Chart.js'
import { usePath } from './history.js'

const nowhere: Path = { now: '', states: new Set(), ways: new Set() }

interface Props {
  readonly id: string
  readonly version: number
  readonly newest: number
}

export function LitChart({ id, version, newest }: Props) {
  const found = usePath(id, version, newest)
  // while the next one is asked for, the last one stays: a chart that goes out at each step can't be read
  const last = useRef<{ id: string; path: Path }>({ id, path: nowhere })
  if (found !== null) last.current = { id, path: found }
  return <Chart path={found ?? (last.current.id === id ? last.current.path : nowhere)} />
}
