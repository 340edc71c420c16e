/** The board at an instant of the past, in a frame that says so. What it shows is never of now. */
import { useCallback } from 'react'
import { Fleet } from '../board/Fleet.js'
import { Chart } from '../chart/Chart.js'
import { Empty, Loading, Trouble } from '../components/Said.js'
import { StateList } from '../components/StateList.js'
import { useHash } from '../settings/useHash.js'
import type { BoardThen } from './boardThen.js'
import { EventsAround } from './EventsAround.js'
import { instantText } from './useInstant.js'
import { VideosThen } from './VideosThen.js'

interface Props {
  readonly ms: number
  /** What is known of it, which may still be of the instant before. */
  readonly then: BoardThen
}

export function Past({ ms, then }: Props) {
  const { board, error, again } = then
  const asked = then.asked ?? ms
  const [chosen] = useHash('state')
  const at = instantText(ms)
  const hrefWith = useCallback(
    (fields: Readonly<Record<string, string>>) => `/#${new URLSearchParams({ at, ...fields }).toString()}`,
    [at],
  )
  const hrefOf = useCallback((state: string) => hrefWith({ state }), [hrefWith])
  return (
    <>
      {error !== null && <Trouble what="The board of then can’t be shown" error={error} onAgain={again} />}
      {board === undefined ? (
        error === null && <Loading what="Asking for the board of then" />
      ) : (
        <>
          <section aria-label="Where the videos were">
            <StateList counts={board.counts} hrefOf={hrefOf} />
            <Chart counts={board.counts} hrefOf={hrefOf} name={`reelstate-chart-${at.replaceAll(':', '')}`}>
              <p className="quiet">As the log has it for {at}.</p>
            </Chart>
          </section>
          <div className="fleets">
            <Fleet
              of="location"
              title="Locations then"
              path="/locations"
              members={board.locations}
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
                <VideosThen ms={asked} state={chosen} count={board.counts[chosen] ?? 0} />
              )}
            </section>
            <section aria-labelledby="around-heading">
              <h2 id="around-heading">What happened around then</h2>
              <EventsAround ms={asked} />
            </section>
          </div>
        </>
      )}
    </>
  )
}
