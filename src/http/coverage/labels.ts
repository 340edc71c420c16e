/** Which hours of a map have their name under it. */
import { COLUMNS_AN_HOUR, type MapSpan } from '../../segments/coverage/map.js'

/** Pixels that the two digits of an hour need. */
const LABEL_PIXELS = 20

/** How wide a column is drawn: the fewer there are, the wider. */
export const pixelsAColumn = ({ hours }: MapSpan): number => (hours <= 24 ? 5 : hours <= 72 ? 3 : hours <= 168 ? 2 : 1)

export interface HourLabel {
  /** From the beginning of the map. */
  readonly atHour: number
  /** Two digits, UTC. */
  readonly hour: string
  /** Of the first label and of each midnight: its date. */
  readonly day: string | null
}

export function hourLabels(span: MapSpan): HourLabel[] {
  const anHour = COLUMNS_AN_HOUR * pixelsAColumn(span)
  // steps by which a day can be told
  const step = [1, 2, 3, 4, 6, 12].find((hours) => hours * anHour >= LABEL_PIXELS) ?? 24
  const labels: HourLabel[] = []
  for (let atHour = 0; atHour < span.hours; atHour++) {
    const at = new Date(span.startMs + atHour * 3_600_000)
    const hour = at.getUTCHours()
    if (atHour > 0 && hour % step !== 0) continue
    const isNewDay = hour === 0 || atHour === 0
    labels.push({ atHour, hour: String(hour).padStart(2, '0'), day: isNewDay ? at.toISOString().slice(0, 10) : null })
  }
  // the first hour stands where it stands; what comes too close to it is left out
  const [first, second, ...rest] = labels
  if (first === undefined || second === undefined) return labels
  const isClose = (second.atHour - first.atHour) * anHour < (second.day === null ? LABEL_PIXELS : 80)
  return isClose ? (second.day === null ? [first, ...rest] : [{ ...first, day: null }, second, ...rest]) : labels
}
