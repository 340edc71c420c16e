/** Where all videos are, what is being cut, and what has just happened; or the same at an instant of the past. */
import { Fleet } from '../board/Fleet.js'
import { Legend } from '../board/Legend.js'
import { useBoard, useFigures } from '../board/useBoard.js'
import { Chart } from '../chart/Chart.js'
import { LatestEvents } from '../components/EventTable.js'
import { RunningCuts } from '../components/RunningCuts.js'
import { Trouble } from '../components/Said.js'
import { StateList } from '../components/StateList.js'
import { useBoardThen } from '../past/boardThen.js'
import { Past } from '../past/Past.js'
import { TimeBar } from '../past/TimeBar.js'
import { instantText, msOf, useInstant } from '../past/useInstant.js'

const eventsShown = 40

function hrefWith(fields: Readonly<Record<string, string>>): string {
  const text = new URLSearchParams(fields).toString()
  return text === '' ? '/' : `/#${text}`
}

export function Board() {
  const asked = useBoard()
  const instant = useInstant()
  const { ms } = instant
  const then = useBoardThen(ms)
  const firstMs = msOf(then.board?.log.first) ?? msOf(asked.data?.log.first)
  return (
    <>
      <h1 className="unseen">{ms === null ? 'Board' : 'Board of the past'}</h1>
      <div className={ms === null ? '' : 'the-past'} data-shown={ms !== null && then.isThere ? instantText(ms) : null}>
        {/* one and the same bar on both ways: whoever drags from live into the past has its handle in hand meanwhile */}
        <TimeBar instant={instant} isThere={ms === null || then.isThere} firstMs={firstMs} />
        {ms === null ? <Now asked={asked} /> : <Past ms={ms} then={then} />}
      </div>
    </>
  )
}

function Now({ asked: { data: board, error, refetch } }: { readonly asked: ReturnType<typeof useBoard> }) {
  const figures = useFigures(board)
  return (
    <>
      <section aria-label="Where the videos are">
        <StateList />
        <Chart figures={figures}>
          <Legend />
        </Chart>
      </section>
      {error !== null && (
        <Trouble
          what="How nodes and locations are now, and how long videos stay, is not known"
          error={error}
          onAgain={() => void refetch()}
        />
      )}
      {board !== undefined && (
        <div className="fleets">
          <Fleet
            of="node"
            title="Nodes"
            path="/nodes"
            members={board.nodes}
            hrefWith={hrefWith}
            none="No node has registered yet."
          />
          <Fleet
            of="location"
            title="Locations"
            path="/locations"
            members={board.locations}
            hrefWith={hrefWith}
            none="No node offers a location."
          />
        </div>
      )}
      <div className="board-below">
        <section aria-labelledby="cuts-heading">
          <h2 id="cuts-heading">Being cut</h2>
          <RunningCuts />
        </section>
        <section aria-labelledby="events-heading">
          <h2 id="events-heading">Latest events</h2>
          <LatestEvents most={eventsShown} />
        </section>
      </div>
    </>
  )
}
