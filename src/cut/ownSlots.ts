/**
 * Whose slots an ffmpeg takes. A cut starts ffmpeg in many places, far below whoever asked for it: so the slots go with the asking, as
 * the asynchronous context, and not through every function between.
 */
import { AsyncLocalStorage } from 'node:async_hooks'
import type { Slots } from '../segments/slots.js'

const asked = new AsyncLocalStorage<Slots>()

/** Those of whoever asked; undefined where they have none of their own. */
export const ownSlots = (): Slots | undefined => asked.getStore()

/** The same chunks. Whatever makes them takes its slots from `slots`, whoever takes them. */
export function inSlots<T, R>(
  slots: Slots | undefined,
  chunks: AsyncGenerator<T, R, undefined>,
): AsyncGenerator<T, R, undefined> {
  return slots === undefined ? chunks : stepsIn(slots, chunks)
}

async function* stepsIn<T, R>(slots: Slots, chunks: AsyncGenerator<T, R, undefined>): AsyncGenerator<T, R, undefined> {
  let whole = false
  try {
    for (;;) {
      const step = await asked.run(slots, () => chunks.next())
      whole = step.done === true
      if (step.done === true) return step.value
      yield step.value
    }
  } finally {
    if (!whole) await asked.run(slots, () => chunks.return(undefined as R))
  }
}
