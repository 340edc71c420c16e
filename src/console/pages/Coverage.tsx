import { NotYet } from '../components/NotYet.js'

const Coverage = () => (
  <NotYet title="Coverage">
    <pre>reelstate cut --help</pre>
  </NotYet>
)
export default Coverage
