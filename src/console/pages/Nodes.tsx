import { NotYet } from '../components/NotYet.js'

const Nodes = () => (
  <NotYet title="Nodes">
    <pre>reelstate nodes</pre>
  </NotYet>
)
export default Nodes
