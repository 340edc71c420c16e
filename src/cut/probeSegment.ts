import type { Segment } from '../segments/segment.js'
import { segmentError } from './cut.js'
import { type PictureFormat, type Probed, probe } from './probe.js'

const known = new Map<string, Promise<Probed>>()
const MOST = 1000

/**
 * What ffprobe says of a segment: asked once for each content, as the hash in its name tells it. Throws a CutError that names the
 * segment, or the reason of an aborted signal.
 */
export function probeSegment(segment: Segment, signal: AbortSignal): Promise<Probed> {
  // of one that still grows the name says nothing
  if (segment.type === 'temp') return ask(segment, signal)
  const before = known.get(segment.hash)
  if (before !== undefined) return before
  const asked = ask(segment, signal)
  if (known.size >= MOST) known.clear()
  known.set(segment.hash, asked)
  // another cut may succeed: this one may have been stopped
  asked.catch(() => known.delete(segment.hash))
  return asked
}

/** As probeSegment; throws a CutError, too, where the segment has no picture. */
export async function pictureOf(segment: Segment, signal: AbortSignal): Promise<PictureFormat> {
  const { picture } = await probeSegment(segment, signal)
  if (picture === undefined) throw segmentError(segment, 'ffprobe finds no picture in it that it could decode')
  return picture
}

async function ask(segment: Segment, signal: AbortSignal): Promise<Probed> {
  try {
    return await probe(segment.path, signal)
  } catch (error) {
    signal.throwIfAborted()
    throw segmentError(segment, error instanceof Error ? error.message : String(error), error)
  }
}
