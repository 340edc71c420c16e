/** How much of whom the server bears, and which pages may use it: the `http` section of a configuration. */

export interface Care {
  /** Pages of these origins may use `/api`, such as `https://console.example.org`. Wubloader's paths are open to any page. */
  readonly corsOrigins: readonly string[]
  /** Of a person or key, and of those who fail to sign in from one address; null for any number. */
  readonly writesPerMinute: number | null
  /** A request has to be here as a whole after so long. */
  readonly requestMs: number
  /** A client that takes nothing of its answer for so long is gone. */
  readonly idleMs: number
  /** Addresses, or ranges of them, of those who stand before the node and say for whom they ask (`X-Forwarded-For`). */
  readonly proxies: readonly string[]
  /** Names by which the node is reached. Where anybody may write, a page that was led here by another name may not. */
  readonly names: readonly string[]
}

export const usualCare: Care = {
  corsOrigins: [],
  writesPerMinute: null,
  requestMs: 60_000,
  idleMs: 120_000,
  proxies: [],
  names: [],
}
