/** An hour near at hand: ten minutes a line, what is missing, and which node has it instead. */
import { useQuery } from '@tanstack/react-query'
import type { Quality } from '../answers.js'
import { api } from '../api.js'
import { Loading, Trouble } from '../components/Said.js'
import { PreciseTime } from '../components/Time.js'
import { useTimeFormat } from '../settings/time.js'
import { hourMs, linesOf, percent, runsOf, startOf, type ToldHour } from './hour.js'

interface Props {
  readonly of: Quality
  readonly node: string
  readonly hour: string
  readonly onClose: () => void
}

const everyMs = 30_000

export function HourZoom({ of, node, hour, onClose }: Props) {
  const from = new Date(startOf(hour)).toISOString()
  const to = new Date(startOf(hour) + hourMs).toISOString()
  const { long, name } = useTimeFormat()
  const { data, error, refetch } = useQuery({
    ...{ queryKey: ['pieces', of.channel, of.quality, hour], refetchInterval: everyMs },
    queryFn: ({ signal }) => api.piecesOf(of, from, to, signal),
  })
  const own = data?.hours.find((one) => one.node === node && one.hour === hour)
  return (
    <section className="hour-zoom" aria-labelledby="zoom-heading">
      <div className="zoom-head">
        <h2 id="zoom-heading">
          {node}: the hour from {long(from)} <small className="quiet">{name}</small>
        </h2>
        <button type="button" onClick={onClose}>
          Close the hour
        </button>
      </div>
      {error !== null && <Trouble what="The hour can’t be shown" error={error} onAgain={() => void refetch()} />}
      {own !== undefined ? (
        <>
          <Lines pieces={own.pieces} fromMs={startOf(hour)} label={`What ${node} has of the hour`} />
          <Holes hour={own} others={data?.hours.filter((one) => one !== own && one.hour === hour) ?? []} />
        </>
      ) : data !== undefined ? (
        <p className="said">{node} has nothing of this hour any more.</p>
      ) : (
        error === null && <Loading what="Asking for the hour" />
      )}
    </section>
  )
}

const lineSeconds = 600
const titles = { f: 'full', n: 'not all in full segments', m: 'missing' } as const

function Lines({
  pieces,
  fromMs,
  label,
}: {
  readonly pieces: string
  readonly fromMs: number
  readonly label: string
}) {
  const { short } = useTimeFormat()
  return (
    <div className="zoom-lines" role="img" aria-label={label}>
      {linesOf(runsOf(pieces), lineSeconds).map((runs, line) => (
        <div key={line} className="zoom-line">
          <span className="quiet">{short(new Date(fromMs + line * lineSeconds * 1000).toISOString())}</span>
          <svg viewBox={`0 0 ${lineSeconds} 10`} preserveAspectRatio="none">
            {runs.map(({ kind, from, seconds }) => (
              <rect
                key={from}
                className={`piece ${kind}`}
                x={from}
                width={seconds}
                y={kind === 'm' ? 0 : kind === 'n' ? 3 : 1}
                height={kind === 'm' ? 10 : kind === 'n' ? 5 : 8}
              >
                <title>{titles[kind]}</title>
              </rect>
            ))}
          </svg>
        </div>
      ))}
    </div>
  )
}

function Holes({ hour, others }: { readonly hour: ToldHour; readonly others: readonly ToldHour[] }) {
  const { holes, rawHoles } = hour
  if (rawHoles === 0) return <p>Nothing of it is missing.</p>
  return (
    <>
      <h3>{rawHoles === 1 ? 'Its hole' : `Its ${rawHoles} holes`}</h3>
      <ol className="holes">
        {holes.map(({ start, end }) => (
          <li key={start} data-hole={start}>
            <PreciseTime at={start} /> to <PreciseTime at={end} />{' '}
            <span className="quiet">({((Date.parse(end) - Date.parse(start)) / 1000).toFixed(1)} s)</span>
            <Elsewhere start={start} end={end} others={others} />
          </li>
        ))}
        {holes.length < rawHoles && <li className="quiet">and {rawHoles - holes.length} more</li>}
      </ol>
      <p className="quiet">
        {others.length === 0
          ? 'No other node has anything of this hour.'
          : others.map((one) => `${one.node} has ${percent(one.rawSeconds, one.ofSeconds)} of it`).join('; ')}
      </p>
    </>
  )
}

/** Which of the others have all of the hole. Of those whose holes are not all named it can't be said. */
function Elsewhere({
  start,
  end,
  others,
}: {
  readonly start: string
  readonly end: string
  readonly others: readonly ToldHour[]
}) {
  const whole = others.filter(
    ({ holes, rawHoles, ofSeconds, hour }) =>
      holes.length === rawHoles &&
      Date.parse(end) <= startOf(hour) + ofSeconds * 1000 &&
      !holes.some((hole) => hole.start < end && hole.end > start),
  )
  return whole.length === 0 ? null : <span className="quiet">; {whole.map(({ node }) => node).join(', ')} has it</span>
}
