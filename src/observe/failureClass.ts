/** What has gone wrong, as an event says it: few words, so that they can be counted. */
import { isLeft } from 'fp-ts/lib/Either.js'
import type { Trouble } from '../../machines/locationEvents.js'
import type { Recorded } from '../log/read.js'

export type FailureClass =
  | 'attempt'
  | 'put_off'
  | 'final'
  | 'uncertain'
  | 'node_lost'
  | 'update'
  | 'thumbnail'
  | 'rejected'
  | 'unreadable'
  | `location_${Trouble}`

export interface FailureKind {
  readonly kind: FailureClass
  /** To whom it happened: whoever appended the event, but of a lost node the lost one. */
  readonly node: string | null
  /** It is tried again by itself. */
  readonly retried: boolean
  readonly cause: string
}

/** Null where the event tells of no failure. */
export function failureOf({ event: decoded, node, state }: Recorded): FailureKind | null {
  if (isLeft(decoded)) return { kind: 'unreadable', node, retried: false, cause: decoded.left.why }
  const event = decoded.right
  const is = (kind: FailureClass, retried: boolean, cause: string, of = node): FailureKind => ({
    ...{ kind, node: of, retried, cause },
  })
  if (event.type === 'Released')
    return is(event.data.counts ? 'attempt' : 'put_off', state === 'EDITED', event.data.cause)
  if (event.type === 'NodeLost') return is('node_lost', true, event.data.cause, event.data.lost)
  if (event.type === 'UpdateFailed') return is('update', event.data.not_before !== null, event.data.cause)
  if (event.type === 'Troubled') return is(`location_${event.data.trouble}`, false, event.data.cause)
  const kind = lasting[event.type]
  return kind !== undefined && 'cause' in event.data ? is(kind, false, event.data.cause) : null
}

/** What is not tried again by itself. */
const lasting: Readonly<Record<string, FailureClass>> = {
  Failed: 'final',
  FinalizeUnknown: 'uncertain',
  ThumbnailFailed: 'thumbnail',
  Rejected: 'rejected',
}
