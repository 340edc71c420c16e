/** The board at an instant of the past. Nothing of it can be taken for what is now: it has a frame of its own, and says its time. */
import { useCallback } from 'react'
import { Fleet } from '../board/Fleet.js'
import { Chart } from '../chart/Chart.js'
import { Empty, Loading, Trouble } from '../components/Said.js'
import { StateList } from '../components/StateList.js'
import { useHash } from '../settings/useHash.js'
import { useBoardThen } from './boardThen.js'
import { EventsAround } from './EventsAround.js'
import { TimeBar } from './TimeBar.js'
import { type Instant, instantText, msOf } from './useInstant.js'
import { VideosThen } from './VideosThen.js'

interface Props {
  readonly instant: Instant
  readonly ms: number
  readonly firstMs: number | null
}

export function Past({ instant, ms, firstMs }: Props) {
  const { data, error, refetch, asked, isThere } = useBoardThen(ms)
  const [chosen] = useHash('state')
  const at = instantText(ms)
  const hrefWith = useCallback(
    (fields: Readonly<Record<string, string>>) => `/#${new URLSearchParams({ at, ...fields }).toString()}`,
    [at],
  )
  const hrefOf = useCallback((state: string) => hrefWith({ state }), [hrefWith])
  const logFirst = msOf(data?.log.first) ?? firstMs
  return (
    <div className="the-past" data-shown={isThere ? at : null}>
      <TimeBar instant={instant} isThere={isThere} firstMs={logFirst} />
      {error !== null && (
        <Trouble what="The board of then can’t be shown" error={error} onAgain={() => void refetch()} />
      )}
      {data === undefined ? (
        error === null && <Loading what="Asking for the board of then" />
      ) : (
        <>
          <section aria-label="Where the videos were">
            <StateList counts={data.counts} hrefOf={hrefOf} />
            <Chart counts={data.counts} hrefOf={hrefOf} name={`reelstate-chart-${at.replaceAll(':', '')}`}>
              <p className="quiet">As the log has it for {at}.</p>
            </Chart>
          </section>
          <div className="fleets">
            <Fleet
              of="location"
              title="Locations then"
              path="/locations"
              members={data.locations}
              hrefWith={hrefWith}
              none="The log says nothing of any location."
            />
            <section className="fleet" aria-labelledby="nodes-then">
              <h2 id="nodes-then">Nodes then</h2>
              <Empty>Which nodes were alive the log does not keep.</Empty>
            </section>
          </div>
          <div className="board-below">
            <section aria-labelledby="then-heading">
              <h2 id="then-heading">{chosen === null ? 'Videos of then' : `${chosen} then`}</h2>
              {chosen === null ? (
                <Empty>Choose a state to see which videos were in it.</Empty>
              ) : (
                <VideosThen ms={asked} state={chosen} count={data.counts[chosen] ?? 0} />
              )}
            </section>
            <section aria-labelledby="around-heading">
              <h2 id="around-heading">What happened around then</h2>
              <EventsAround ms={asked} />
            </section>
          </div>
        </>
      )}
    </div>
  )
}
