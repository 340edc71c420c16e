/** How the bytes of an upload get to a session that is open. */

/** One upload. Every step throws a YoutubeError, or the reason of an aborted signal. */
export interface Sending {
  /** Bytes that were given to it. */
  readonly taken: number
  /** Takes bytes, none of them the last. What goes wrong with them may be told with a later call. */
  send(chunk: Buffer, signal: AbortSignal): Promise<void>
  /** Sends the last bytes, before which nothing is complete. Returns the server's answer. */
  finish(last: Buffer, signal: AbortSignal): Promise<unknown>
  /** Nothing more is sent; what is under way is broken off. */
  close(): Promise<void>
}
