/** Where all videos are, what is being cut, and what has just happened. */
import { Chart } from '../chart/Chart.js'
import { LatestEvents } from '../components/EventTable.js'
import { RunningCuts } from '../components/RunningCuts.js'
import { meaning, Shape } from '../components/Shape.js'
import { StateList } from '../components/StateList.js'
import type { Colour } from '../../../machines/video.js'

const colours: readonly Colour[] = ['grey', 'blue', 'amber', 'green', 'red']
const eventsShown = 40

export function Board() {
  return (
    <>
      <h1 className="unseen">Board</h1>
      <section aria-label="Where the videos are">
        <StateList />
        <Chart>
          <ul className="legend" aria-label="What the signs mean">
            {colours.map((colour) => (
              <li key={colour} className={colour}>
                <Shape colour={colour} /> {meaning[colour]}
              </li>
            ))}
          </ul>
        </Chart>
      </section>
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
