/** A place in the list of videos as clients hold it: they give it back, and need not know what it says. */
import { type ListPlace, orders } from '../../log/list.js'
import { heldText } from '../heldText.js'

const MOST = 8_640_000_000_000_000n
const MOST_LENGTH = 4_000

const formatPlace = ({ order, key, id }: ListPlace): string =>
  Buffer.from(JSON.stringify([order, key, id])).toString('base64url')

function parsePlace(text: string): ListPlace | null {
  try {
    const parts = JSON.parse(Buffer.from(text, 'base64url').toString('utf8')) as unknown
    if (!Array.isArray(parts) || parts.length !== 3) return null
    const [named, key, id] = parts as unknown[]
    const order = orders.find((one) => one === named)
    if (order === undefined || typeof id !== 'string' || id === '' || id.includes('\0')) return null
    if (key === null) return { order, key, id }
    if (typeof key !== 'string' || !/^-?\d{1,16}$/.test(key)) return null
    return BigInt(key) > MOST || BigInt(key) < -MOST ? null : { order, key, id }
  } catch {
    return null
  }
}

export const ListCursor = heldText<ListPlace>({
  says: 'what `next` said on the page before',
  is: (value) => 'order' in value && 'id' in value,
  parse: (text) => (text.length <= MOST_LENGTH ? parsePlace(text) : null),
  format: formatPlace,
  schema: { type: 'string', maxLength: MOST_LENGTH },
})

export const listCursorText = (place: ListPlace | null): string | null => (place === null ? null : formatPlace(place))
