/** A destination to which people bring their videos by other means, and give the link. Nothing is ever sent there. */
import { left, right } from 'fp-ts/lib/Either.js'
import { type Backend, type Status, uploadError } from './backend.js'

const why = 'nothing is sent to a manual location: people upload there themselves'

export function manualBackend(): Backend {
  // an upload that was under way when the location became a manual one
  const unknown = (): Promise<Status> => Promise.resolve({ _tag: 'unknown', why })
  return {
    processes: false,
    check: () => Promise.resolve(right(undefined)),
    open: () => Promise.resolve(left(uploadError(why, false))),
    status: unknown,
    abort: unknown,
    forget: () => Promise.resolve(),
  }
}
