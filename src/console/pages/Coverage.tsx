/** What there is of the footage: each node's hours of a channel and quality, an hour near at hand, and holes that were filled later. */
import { useState } from 'react'
import { useQuery } from '@tanstack/react-query'
import type { ToldRound } from '../../http/coverage/rounds.js'
import type { Coverage as Answer, Quality } from '../answers.js'
import { api } from '../api.js'
import { Empty, Loading, Trouble } from '../components/Said.js'
import { Time } from '../components/Time.js'
import { FilledHoles } from '../coverage/FilledHoles.js'
import { type ToldHour, percent } from '../coverage/hour.js'
import { HourDetail } from '../coverage/HourDetail.js'
import { HourGrid } from '../coverage/HourGrid.js'
import { HourZoom } from '../coverage/HourZoom.js'
import { useKeys } from '../keys/keys.js'
import { useTimeFormat } from '../settings/time.js'
import { useHash } from '../settings/useHash.js'
import '../style/coverage.css'

/** A node looks at its footage every few minutes. */
const everyMs = 30_000
const hoursShown = 168

export default function Coverage() {
  const [asked, ask] = useHash('of')
  const known = useQuery({
    ...{ queryKey: ['coverage-qualities'], refetchInterval: everyMs },
    queryFn: ({ signal }) => api.coverage({ hours: 1 }, signal),
  })
  const qualities = known.data?.qualities
  const of = qualities?.find((one) => nameOf(one) === asked) ?? qualities?.[0]
  return (
    <>
      <h1>Coverage</h1>
      {known.error !== null && (
        <Trouble what="The coverage can’t be shown" error={known.error} onAgain={() => void known.refetch()} />
      )}
      {qualities !== undefined && qualities.length > 1 && (
        <div className="qualities" role="group" aria-label="Channel and quality">
          {qualities.map((one) => (
            <button key={nameOf(one)} type="button" aria-pressed={one === of} onClick={() => ask(nameOf(one))}>
              {nameOf(one)}
            </button>
          ))}
        </div>
      )}
      {of !== undefined ? (
        <Hours of={of} key={nameOf(of)} />
      ) : qualities !== undefined ? (
        <Empty>No node has said yet what footage it has. Each looks every few minutes.</Empty>
      ) : (
        known.error === null && <Loading what="Asking what there is" />
      )}
      <FilledHoles video={null} />
    </>
  )
}

const nameOf = ({ channel, quality }: Quality): string => `${channel}/${quality}`

/** Of a channel and quality. */
function Hours({ of }: { readonly of: Quality }) {
  const [to, showTo] = useHash('to')
  const { data, error, refetch } = useQuery({
    ...{ queryKey: ['coverage', of.channel, of.quality, to], refetchInterval: everyMs },
    queryFn: ({ signal }) => api.coverage({ ...of, hours: hoursShown, to }, signal),
  })
  if (data === undefined)
    return error === null ? (
      <Loading what="Asking for the hours" />
    ) : (
      <Trouble what="The hours can’t be shown" error={error} onAgain={() => void refetch()} />
    )
  return (
    <>
      <div className="coverage-steps">
        <Key />
        <button type="button" disabled={data.next === null} onClick={() => showTo(data.next)}>
          Earlier
        </button>
        <button type="button" disabled={to === null} onClick={() => showTo(null)}>
          The latest
        </button>
      </div>
      <Nodes of={of} answer={data} />
    </>
  )
}

function Nodes({ of, answer }: { readonly of: Quality; readonly answer: Answer }) {
  const { name } = useTimeFormat()
  const [zoomed, zoom] = useHash('hour')
  const [looked, look] = useState<string | null>(null)
  const { coverage, nodes } = answer
  const [zoomNode, zoomHour] = zoomed?.split('@') ?? []
  const shown = coverage.find((one) => idOf(one) === (looked ?? zoomed))
  useKeys('The hours', [
    { keys: 'ArrowLeft', does: 'one hour back, where an hour has the focus; ↑ and ↓ go by days' },
    { keys: 'ArrowRight', does: 'one hour on' },
    { keys: 'Enter', does: 'shows the hour near at hand' },
    { keys: 'x', does: 'closes the hour', run: () => zoom(null) },
  ])
  if (coverage.length === 0) return <Empty>No node has anything of that time.</Empty>
  return (
    <>
      <div className="coverage-parts">
        <div>
          {[...new Set(coverage.map(({ node }) => node))].map((node) => {
            const hours = coverage.filter((one) => one.node === node)
            return (
              <section key={node} aria-label={`Footage of ${node}`} className="node-hours" data-node={node}>
                <h2>
                  {node}{' '}
                  <small className="quiet">
                    {summary(hours)}, days in {name}
                  </small>
                </h2>
                <Round round={nodes.find((one) => one.node === node)} />
                <HourGrid
                  node={node}
                  hours={hours}
                  chosen={zoomNode === node ? (zoomHour ?? null) : null}
                  onLook={(hour) => look(idOf(hour))}
                  onChoose={(hour) => zoom(idOf(hour))}
                />
              </section>
            )
          })}
        </div>
        <aside aria-label="The hour that is pointed at">
          {shown === undefined ? (
            <p className="said">
              Point at an hour, or go there by the arrow keys, to see what it comes to; choose it to see its holes.
            </p>
          ) : (
            <HourDetail hour={shown} />
          )}
        </aside>
      </div>
      {zoomNode !== undefined && zoomHour !== undefined && (
        <HourZoom of={of} node={zoomNode} hour={zoomHour} onClose={() => zoom(null)} />
      )}
    </>
  )
}

const idOf = ({ node, hour }: ToldHour): string => `${node}@${hour}`

function summary(hours: readonly ToldHour[]): string {
  const sum = (of: (hour: ToldHour) => number): number => hours.reduce((total, hour) => total + of(hour), 0)
  const covered = percent(
    sum(({ rawSeconds }) => rawSeconds),
    sum(({ ofSeconds }) => ofSeconds),
  )
  const holes = sum(({ rawHoles }) => rawHoles)
  return `${covered} of ${hours.length} ${hours.length === 1 ? 'hour' : 'hours'}, ${holes} ${holes === 1 ? 'hole' : 'holes'}`
}

/** How old what the node says is, and whether it could read everything. */
function Round({ round }: { readonly round: ToldRound | undefined }) {
  if (round === undefined) return null
  const { state, endedAt, begunAt, done, hours, unreadable } = round
  return (
    <p className={state === 'running' ? 'quiet' : 'warning'}>
      {state === 'running' ? '' : `It is ${state}: this is what it last said. `}
      {endedAt === null ? (
        <>
          It is looking since <Time at={begunAt} />: {done} of {hours} hours
        </>
      ) : (
        <>
          It looked at <Time at={endedAt} />
        </>
      )}
      {unreadable.length > 0 && <span className="error-line"> It can’t read: {unreadable.join('; ')}</span>}
    </p>
  )
}

const Key = () => (
  <ul className="coverage-key" aria-label="What the squares mean">
    <li>
      <span className="hour whole" /> whole
    </li>
    <li>
      <span className="hour uneven">≈</span> not all in full segments
    </li>
    <li>
      <span className="hour holes">2</span> holes
    </li>
    <li>
      <span className="hour nothing" /> no footage
    </li>
  </ul>
)
