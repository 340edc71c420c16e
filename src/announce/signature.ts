/** By what a receiver knows that a message is ours, and not an old one. */
import { createHmac } from 'node:crypto'

/** The HMAC-SHA256 of `TIMESTAMP.BODY`, as it stands in the header. The timestamp is in Unix seconds. */
export const signature = (secret: string, timestamp: number, body: string): string =>
  `sha256=${createHmac('sha256', secret).update(`${timestamp}.${body}`, 'utf8').digest('hex')}`
