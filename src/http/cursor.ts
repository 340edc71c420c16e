/** A place in the log as clients hold it: `txid.position`, the id of each event of the stream. */
import * as t from 'io-ts'
import { either } from 'fp-ts/lib/Either.js'
import { tells } from '../../machines/schema.js'
import type { Cursor } from '../log/tail.js'

export const formatCursor = ({ txid, position }: Cursor): string => `${txid}.${position}`

export const CursorText = tells(
  new t.Type<Cursor, string, unknown>(
    "the id of an event, such as 1234.56 ('txid.position')",
    (u): u is Cursor => typeof u === 'object' && u !== null && 'txid' in u && 'position' in u,
    (u, context) =>
      either.chain(t.string.validate(u, context), (text) => {
        const [, txid, position] = /^(\d{1,18})\.(\d{1,18})$/.exec(text) ?? []
        return txid !== undefined && position !== undefined ? t.success({ txid, position }) : t.failure(u, context)
      }),
    formatCursor,
  ),
  { schema: { type: 'string', pattern: '^[0-9]{1,18}[.][0-9]{1,18}$' } },
)

/** Whether `a` is behind `b` in the order of the tail. */
export function isAfter(a: Cursor, b: Cursor): boolean {
  const [aTxid, bTxid] = [BigInt(a.txid), BigInt(b.txid)]
  return aTxid === bTxid ? BigInt(a.position) > BigInt(b.position) : aTxid > bTxid
}
