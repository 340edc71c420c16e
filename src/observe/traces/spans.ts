/**
 * A video's attempt as a trace: what each part of it took, read off the events of the video. Every node that has a hand in an
 * attempt comes to the same trace by itself, since all names follow from the video, the attempt and the events.
 */
import { createHash } from 'node:crypto'
import { isLeft } from 'fp-ts/lib/Either.js'
import type { Recorded } from '../../log/read.js'
import { failureOf } from '../failureClass.js'
import { stateAfter } from '../observer.js'

export type SpanName = 'attempt' | 'cut-and-upload' | 'thumbnail' | 'finalize' | 'transcode'

export interface AttemptSpan {
  readonly name: SpanName
  /** 32 hexadecimal digits. */
  readonly traceId: string
  /** 16 hexadecimal digits. */
  readonly spanId: string
  /** Null of the whole attempt. */
  readonly parentId: string | null
  /** UTC, on the database's clock. */
  readonly from: string
  readonly to: string
  /** What went wrong; null where nothing did. */
  readonly error: string | null
  readonly attributes: Readonly<Record<string, string | number>>
  /** What happened meanwhile. */
  readonly happened: readonly { readonly type: string; readonly at: string }[]
  /** Who has to tell of it: whoever appended the event that ended it; where that was a person, whoever had the attempt. */
  readonly by: string | null
}

interface Part {
  readonly name: Exclude<SpanName, 'attempt'>
  readonly begun: Recorded
  readonly happened: { type: string; at: string }[]
}

interface Attempt {
  readonly id: string
  readonly claimed: Recorded
  part: Part | null
  /** Where it was uploaded: since when its picture is wanted. */
  uploaded: Recorded | null
  error: string | null
}

const hex = (digits: number, ...of: readonly string[]): string =>
  createHash('sha256').update(JSON.stringify(of)).digest('hex').slice(0, digits)

/** @param attempt as Claimed names it. */
export const traceIdOf = (video: string, attempt: string): string => hex(32, video, attempt)

/** The spans that are at an end, in the order of their ends. @param history of the video, from the first of the attempts on. */
export function spansOf(video: string, history: readonly Recorded[]): readonly (AttemptSpan & { version: number })[] {
  const spans: (AttemptSpan & { version: number })[] = []
  let attempt: Attempt | null = null
  for (const recorded of history) {
    const { event, type } = recorded
    if (isLeft(event)) continue
    if (event.right.type === 'Claimed') {
      const part: Part = { name: 'cut-and-upload', begun: recorded, happened: [] }
      attempt = { id: event.right.data.attempt, claimed: recorded, part, uploaded: null, error: null }
      continue
    }
    if (attempt === null) continue
    const of = attempt
    const end = (name: SpanName, begun: Recorded, error: string | null, happened: Part['happened'] = []): void =>
      void spans.push({ ...spanOf(video, of, name, begun, recorded, error), happened, version: recorded.version })
    const next = partAfter(recorded)
    const failure = failureOf(recorded)?.cause ?? null
    if (type === 'ThumbnailMade') end('thumbnail', of.claimed, null)
    if ((type === 'ThumbnailSet' || type === 'ThumbnailFailed') && of.uploaded !== null)
      end('thumbnail', of.uploaded, failure)
    if (type === 'ThumbnailFailed') of.error = failure
    if (type === 'Uploaded') of.uploaded = recorded
    if (of.part?.name === next) {
      of.part?.happened.push({ type, at: recorded.recordedAt })
      continue
    }
    const error = failure ?? (next === null ? endedBadly(recorded) : null)
    if (of.part !== null) end(of.part.name, of.part.begun, error, of.part.happened)
    of.part = next === null ? null : { name: next, begun: recorded, happened: [] }
    if (next !== null) continue
    end('attempt', of.claimed, error ?? of.error)
    attempt = null
  }
  return spans
}

/** What an attempt is about in the state that the event led to; null where it is over. */
function partAfter(event: Recorded): Part['name'] | null {
  switch (stateAfter(event)) {
    case 'CLAIMED':
      return 'cut-and-upload'
    case 'FINALIZING':
      return 'finalize'
    case 'TRANSCODING':
      return 'transcode'
    default:
      return null
  }
}

/** Why the attempt came to nothing where no failure says so: somebody else decided about the video. */
function endedBadly(event: Recorded): string | null {
  const state = stateAfter(event)
  if (state === 'DONE' || state === 'OUT_OF_SYNC') return null
  return `${event.type} led to ${state}`
}

function spanOf(
  video: string,
  { id, claimed }: Attempt,
  name: SpanName,
  begun: Recorded,
  ended: Recorded,
  error: string | null,
): Omit<AttemptSpan, 'happened'> {
  const whole = hex(16, video, id, 'attempt')
  return {
    name,
    traceId: traceIdOf(video, id),
    spanId: name === 'attempt' ? whole : hex(16, video, id, name, String(ended.version)),
    parentId: name === 'attempt' ? null : whole,
    from: begun.recordedAt,
    to: ended.recordedAt,
    error,
    attributes: {
      'reelstate.video': video,
      'reelstate.attempt': id,
      'reelstate.node': ended.node ?? claimed.node ?? '',
      'reelstate.state': ended.state,
      'reelstate.version': ended.version,
    },
    by: ended.node ?? claimed.node,
  }
}
