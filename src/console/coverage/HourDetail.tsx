/** What an hour comes to, in words. */
import { PreciseTime, Time } from '../components/Time.js'
import { spoken } from '../settings/time.js'
import { percent, type ToldHour } from './hour.js'

/** So many holes are named here; near at hand are more. */
const most = 6

const types = ['full', 'suspect', 'partial'] as const

export function HourDetail({ hour }: { readonly hour: ToldHour }) {
  const { node, rawSeconds, editableSeconds, ofSeconds, rawHoles, editableHoles, segments, overlaps, bad } = hour
  const share = (seconds: number): string => `${percent(seconds, ofSeconds)} (${seconds.toFixed(1)} s)`
  const lying = types.filter((type) => overlaps[type].count > 0)
  return (
    <dl className="facts hour-detail" data-hour-shown={`${node} ${hour.hour}`}>
      <dt>hour</dt>
      <dd>
        <Time at={`${hour.hour}:00:00Z`} long /> at {node}
        {ofSeconds < 3600 && `, so far ${spoken(ofSeconds)}`}
      </dd>
      <dt>raw</dt>
      <dd>
        {share(rawSeconds)}, {counted(rawHoles)}
      </dd>
      <dt>editable</dt>
      <dd>
        {share(editableSeconds)}, {counted(editableHoles)}
      </dd>
      {hour.holes.length > 0 && (
        <>
          <dt>missing</dt>
          <dd>
            <ol className="holes">
              {hour.holes.slice(0, most).map(({ start, end }) => (
                <li key={start}>
                  <PreciseTime at={start} /> to <PreciseTime at={end} />
                </li>
              ))}
            </ol>
            {rawHoles > most && <span className="quiet">and {rawHoles - most} more</span>}
          </dd>
        </>
      )}
      <dt>segments</dt>
      <dd>
        {types
          .filter((type) => segments[type].count > 0)
          .map((type) => `${segments[type].count} ${type}`)
          .join(', ') || 'none'}
        {bad > 0 && <span className="warning">, {bad} whose name can’t be read</span>}
      </dd>
      <dt>overlaps</dt>
      <dd>
        {lying.length === 0
          ? 'none'
          : lying.map((type) => `${overlaps[type].count} ${type} (${overlaps[type].seconds.toFixed(1)} s)`).join(', ')}
      </dd>
    </dl>
  )
}

const counted = (holes: number): string => (holes === 0 ? 'no holes' : `${holes} ${holes === 1 ? 'hole' : 'holes'}`)
