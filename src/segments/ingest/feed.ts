/** A segment as it came, with what its source says about it. */
export interface Piece {
  readonly type: 'piece'
  readonly bytes: Buffer
  /** Where it came from, for messages. */
  readonly origin: string
  /** EXT-X-PROGRAM-DATE-TIME, milliseconds since the epoch. */
  readonly dateTimeMs: number | undefined
  /** Whether EXT-X-DISCONTINUITY stands before it. */
  readonly discontinuity: boolean
  /** EXTINF: rounded, and sometimes wrong. */
  readonly listedSeconds: number | undefined
}

/** One or more segments that can't be had any more. */
export interface Lost {
  readonly type: 'lost'
  readonly origin: string
  readonly reason: string
  readonly listedSeconds: number | undefined
}

/** How a source ends: whether its stream goes on without us. */
export interface End {
  readonly type: 'end'
  readonly goesOn: boolean
}

/** What a source gives, in order; the last one is an End. */
export type Feed = AsyncGenerator<Piece | Lost | End>
