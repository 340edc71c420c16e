import { NotYet } from '../components/NotYet.js'

const Edit = () => (
  <NotYet title="Edit">
    <pre>{'reelstate create --description "The raffle"\nreelstate edit ID --file edit.json'}</pre>
  </NotYet>
)
export default Edit
