/** A location: how its breaker stands and why, what waits for it, what people can do, what happened to it. */
import type { ShownLocation } from '../../http/api/locations.js'
import { Shape } from '../components/Shape.js'
import { Time } from '../components/Time.js'
import { VideoLink } from '../components/VideoLink.js'
import type { Deed } from './DeedDialog.js'
import { LocationHistory } from './LocationHistory.js'

interface Props {
  readonly location: ShownLocation
  readonly onDeed: (deed: Deed) => void
}

/** What the chart calls what people do, in the words of the buttons. */
const words: Readonly<Record<string, (paused: boolean) => string>> = {
  Paused: (paused) => (paused ? 'Pause otherwise' : 'Pause'),
  Resumed: () => 'Resume gradually',
}

export function LocationRow({ location, onDeed }: Props) {
  const { name, type, account, state, colour, version, waiting, possible } = location
  const isPaused = state.startsWith('PAUSED')
  return (
    <tr data-location={name} data-location-state={state}>
      <th scope="row">
        {name}
        <span className="quiet under">
          {type ?? 'offered by no running node'}
          {account !== null && `, account ${account}`}
        </span>
      </th>
      <td>
        <span className={`chip ${colour}`}>
          <Shape colour={colour} />
          {state}
        </span>
        <Standing {...location} />
      </td>
      <td className="number">{waiting}</td>
      <td>
        <div className="deeds">
          {possible
            .toSorted((a) => (a === 'Resumed' ? -1 : 1))
            .map((event) => (
              <button
                key={event}
                type="button"
                aria-label={`${words[event]?.(isPaused) ?? event}: ${name}`}
                onClick={() => onDeed({ location: name, version, event, isPaused })}
              >
                {words[event]?.(isPaused) ?? event}
              </button>
            ))}
        </div>
        <LocationHistory name={name} />
      </td>
    </tr>
  )
}

function Standing({ state, reason, until, pausedBy, pausedAt, failures, probe }: ShownLocation) {
  if (state.startsWith('PROBING'))
    return (
      <span className="under">
        {probe === null ? (
          'The next video that is claimed is tried; if it gets through, all others may follow.'
        ) : (
          <>
            Trying one video, <VideoLink id={probe.video} title="on trial" />
            {probe.node !== null && ` on ${probe.node}`}; if it gets through, all others may follow.
          </>
        )}
        {reason !== null && <span className="quiet"> It was paused: {reason}</span>}
      </span>
    )
  if (!state.startsWith('PAUSED'))
    return failures > 0 ? (
      <span className="under warning">
        {failures} {failures === 1 ? 'attempt has' : 'attempts have'} failed in a row
      </span>
    ) : null
  return (
    <span className="under">
      {reason} <span className="quiet">{pausedBy === null ? 'by itself' : `by ${pausedBy}`}</span>
      {pausedAt !== null && (
        <>
          {' since '}
          <Time at={pausedAt} />
        </>
      )}
      {until === null ? (
        ', until somebody resumes it'
      ) : (
        <>
          {'; at '}
          <Time at={until} />
          {' one video is tried'}
        </>
      )}
    </span>
  )
}
