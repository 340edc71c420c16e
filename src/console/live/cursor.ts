/** A place in the log, `txid.position`, as each event of the stream has it for id. */

/** Whether `a` is behind `b`. */
export function isBehind(a: string, b: string): boolean {
  const [aTxid = 0n, aPosition = 0n] = parts(a)
  const [bTxid = 0n, bPosition = 0n] = parts(b)
  return aTxid === bTxid ? aPosition > bPosition : aTxid > bTxid
}

const parts = (cursor: string): bigint[] => cursor.split('.').map(BigInt)
