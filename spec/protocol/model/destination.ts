/** The destination, as strict as a resumable upload: what a request does there, and what it is answered. */
import { type Move, type Upload, withUpload, type World } from './world.js'

export type Status = 'complete' | 'incomplete' | 'aborted' | 'gone'

export function statusOf({ is, forgotten }: Upload): Status {
  if (forgotten || is === 'unopened') return 'gone'
  return is === 'open' ? 'incomplete' : is === 'cancelled' ? 'aborted' : 'complete'
}

/** The last bytes arrive: a session that is open and known becomes a publication. */
export function withLastBytes(world: World, attempt: number): World {
  const upload = world.uploads[attempt]
  const publishes = upload?.is === 'open' && !upload.forgotten
  return withUpload(world, attempt, { lastBytesUnderWay: false, ...(publishes && { is: 'complete' }) })
}

/** An abort arrives: what is complete stays. */
export function withAbort(world: World, attempt: number): World {
  const upload = world.uploads[attempt]
  const cancels = upload?.is === 'open' && !upload.forgotten
  // what arrives after it is refused
  const cancelled = { is: 'cancelled', lastBytesUnderWay: false } as const
  return withUpload(world, attempt, { abortUnderWay: false, ...(cancels && cancelled) })
}

/** What arrives late, or never: also long after whoever sent it has died. */
export function* arrivals(world: World, name: (attempt: number) => string): Generator<Move> {
  for (const [attempt, { lastBytesUnderWay, abortUnderWay }] of world.uploads.entries()) {
    const who = 'the destination'
    if (lastBytesUnderWay) {
      yield { who, does: `gets the last bytes of ${name(attempt)}`, kind: 'step', to: withLastBytes(world, attempt) }
      if (!world.threads.some((thread) => thread.step === 'answer' && thread.attempt === attempt))
        yield {
          who,
          does: `never gets the last bytes of ${name(attempt)}`,
          kind: 'step',
          to: withUpload(world, attempt, { lastBytesUnderWay: false }),
        }
    }
    if (abortUnderWay)
      yield { who, does: `gets the abort of ${name(attempt)}`, kind: 'step', to: withAbort(world, attempt) }
  }
}
