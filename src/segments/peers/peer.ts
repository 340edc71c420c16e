/** Who else has footage: another node, or whatever serves its segments as wubloader's restreamer does. */

export interface Peer {
  /** A node's name; of one that is configured by hand, its address. */
  readonly name: string
  /** http or https, without user and password; `/files` and `/segments` are below it. */
  readonly url: string
  /** What to say who asks, where it serves only those whom it knows. */
  readonly key?: string | null
}

/** No recording is cut into pieces as long as that; a name with a longer one could stand for anything. */
export const LONGEST_SEGMENT_SECONDS = 300

/** Thrown where something can't be had from a peer. Never leaves this folder: its message goes into a report. */
export class PeerFailure extends Error {
  override readonly name = 'PeerFailure'

  constructor(
    readonly peer: Peer,
    /** A phrase without an address, such as `it answered 503`. */
    readonly reason: string,
    /** Whether it says something about the peer, or about one file alone: it may have been deleted there. */
    readonly concerns: 'peer' | 'file',
  ) {
    super(`${peer.name}: ${reason}`)
  }
}
