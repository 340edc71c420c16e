/** A field and what it holds, in a list of facts. What holds nothing is left out. */
import { Time } from '../components/Time.js'
import { spoken } from '../settings/time.js'

export function Value({ name, value }: { readonly name: string; readonly value: unknown }) {
  if (isNothing(value)) return null
  return (
    <>
      <dt>{name.replaceAll('_', ' ')}</dt>
      <dd data-field={name}>
        <Shown value={value} />
      </dd>
    </>
  )
}

export const isNothing = (value: unknown): boolean =>
  value === null || value === undefined || value === '' || (Array.isArray(value) && value.every(isNothing))

const instant = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:?\d\d)$/

/** Whatever it is, so that a person can read it. */
export function Shown({ value }: { readonly value: unknown }) {
  if (typeof value === 'string') return text(value)
  if (typeof value === 'boolean') return value ? 'yes' : 'no'
  if (typeof value === 'number') return String(value)
  if (isRanges(value)) return <Ranges ranges={value} />
  if (Array.isArray(value) && value.every((one) => ['string', 'number'].includes(typeof one))) return value.join(', ')
  return <pre>{JSON.stringify(value, null, 1)}</pre>
}

function text(value: string) {
  if (instant.test(value)) return <Time at={value} long />
  return /^https?:\/\/\S+$/.test(value) ? <a href={value}>{value}</a> : value
}

type Range = readonly [start: string, end: string]

const isRanges = (value: unknown): value is readonly Range[] =>
  Array.isArray(value) &&
  value.length > 0 &&
  value.every((one) => Array.isArray(one) && one.length === 2 && one.every((at) => instant.test(String(at))))

const Ranges = ({ ranges }: { readonly ranges: readonly Range[] }) => (
  <ol className="ranges">
    {ranges.map(([start, end]) => (
      <li key={`${start} ${end}`}>
        <Time at={start} long />
        <span className="quiet"> for {lasting(start, end)}</span>
      </li>
    ))}
  </ol>
)

function lasting(start: string, end: string): string {
  const seconds = (Date.parse(end) - Date.parse(start)) / 1000
  return seconds < 60 ? `${seconds.toFixed(1)} s` : spoken(seconds)
}
