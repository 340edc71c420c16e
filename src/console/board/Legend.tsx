/** What the chart's signs mean. */
import type { Colour } from '../../../machines/video.js'
import { meaning, Shape } from '../components/Shape.js'

const colours: readonly Colour[] = ['grey', 'blue', 'amber', 'green', 'red']

export const Legend = () => (
  <ul className="legend" aria-label="What the signs mean">
    {colours.map((colour) => (
      <li key={colour} className={colour}>
        <Shape colour={colour} /> {meaning[colour]}
      </li>
    ))}
    <li>95 % ≤: so long did 95 of 100 stay, in the last 24 h</li>
    <li>
      <svg className="shape wide" viewBox="0 0 34 12" aria-hidden="true">
        <rect className="hot" x="0" y="4" width="10" height="4" rx="1.5" />
        <rect className="hot" x="12" y="4" width="10" height="4" rx="1.5" />
        <rect className="cool" x="24" y="4" width="10" height="4" rx="1.5" />
      </svg>
      the oldest is there longer than so, 3 times, 10 times as long
    </li>
    <li>×7: so many went that way in the last hour</li>
  </ul>
)
