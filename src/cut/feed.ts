import { PACKET_BYTES } from '../segments/transportStream.js'
import { segmentError } from './cut.js'
import { rebase } from './rebase.js'
import type { Run } from './runs.js'
import { segmentBytes } from './segmentBytes.js'

/** The segments of a run as one transport stream on the run's line, a chunk at a time. Throws CutErrors that name the segment. */
export async function* feed(
  { surveys, shiftTicks }: Run,
  signal: AbortSignal,
): AsyncGenerator<Buffer, void, undefined> {
  for (const { segment } of surveys) {
    let rest: Buffer = Buffer.alloc(0)
    for await (const chunk of segmentBytes(segment, signal)) {
      const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk])
      const whole = bytes.length - (bytes.length % PACKET_BYTES)
      const packets = bytes.subarray(0, whole)
      rest = bytes.subarray(whole)
      try {
        rebase(packets, shiftTicks)
      } catch (error) {
        throw error instanceof RangeError ? segmentError(segment, error.message, error) : error
      }
      if (packets.length > 0) yield packets
    }
    // what is left is no whole packet: the survey has allowed that to partial segments only
  }
}
