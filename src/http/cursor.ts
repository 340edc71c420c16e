/** A place in the log as clients hold it: `txid.position`, the id of each event of the stream. */
import type { Cursor } from '../log/tail.js'
import { heldText } from './heldText.js'

export const formatCursor = ({ txid, position }: Cursor): string => `${txid}.${position}`

export const CursorText = heldText<Cursor>({
  says: "the id of an event, such as 1234.56 ('txid.position')",
  is: (value) => 'txid' in value && 'position' in value,
  parse(text) {
    const [, txid, position] = /^(\d{1,18})\.(\d{1,18})$/.exec(text) ?? []
    return txid !== undefined && position !== undefined ? { txid, position } : null
  },
  format: formatCursor,
  schema: { type: 'string', pattern: '^[0-9]{1,18}[.][0-9]{1,18}$' },
})

/** Whether `a` is behind `b` in the order of the tail. */
export function isAfter(a: Cursor, b: Cursor): boolean {
  const [aTxid, bTxid] = [BigInt(a.txid), BigInt(b.txid)]
  return aTxid === bTxid ? BigInt(a.position) > BigInt(b.position) : aTxid > bTxid
}
