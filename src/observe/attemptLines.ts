/** A line for each thing that this node has done to a video: for logs that machines read, as people have `reelstate log`. */
import { isLeft } from 'fp-ts/lib/Either.js'
import type { Recorded } from '../log/read.js'
import { failureOf } from './failureClass.js'
import type { About, OnNotice } from './notice.js'
import { type Observer, videoOf } from './observer.js'

export class AttemptLines implements Observer {
  constructor(
    private readonly node: string,
    private readonly onNotice: OnNotice,
  ) {}

  see(event: Recorded): void {
    const video = videoOf(event)
    if (video === null || event.node !== this.node) return
    const failure = failureOf(event)
    const level: About['level'] = failure === null ? 'info' : failure.retried ? 'warn' : 'error'
    const attempt = attemptOf(event)
    this.onNotice(`${event.type}: ${event.state}${failure === null ? '' : `: ${failure.cause}`}`, {
      ...{ level, video, event: event.type, state: event.state, version: event.version },
      ...(attempt !== null && { attempt }),
    })
  }
}

function attemptOf({ event }: Recorded): string | null {
  if (isLeft(event) || !('attempt' in event.right.data)) return null
  return event.right.data.attempt
}
