/** What a server of PostgreSQL tells its clients, without its notifications where those are to be lost. */

/** NotificationResponse (https://www.postgresql.org/docs/current/protocol-message-formats.html). */
const NOTIFICATION = 'A'.charCodeAt(0)
/** One byte of type and four of length, which count themselves. */
const HEADER_BYTES = 5

export class LosingNotifications {
  losing = false
  /** How many were lost. */
  lost = 0

  /** For one connection without TLS: whole messages, as they come. */
  filter(): (bytes: Buffer) => Buffer {
    let rest: Buffer = Buffer.alloc(0)
    return (bytes) => {
      rest = rest.length === 0 ? bytes : Buffer.concat([rest, bytes])
      const passing: Buffer[] = []
      while (rest.length >= HEADER_BYTES) {
        const length = 1 + rest.readUInt32BE(1)
        if (rest.length < length) break
        if (rest[0] === NOTIFICATION && this.losing) this.lost++
        else passing.push(rest.subarray(0, length))
        rest = rest.subarray(length)
      }
      return Buffer.concat(passing)
    }
  }
}
