/**
 * The same chunks, the next of which is made while the one before is being dealt with: so that writing one and making the other
 * go on side by side. Where it is left early, `chunks` is closed once what was begun has ended.
 */
export async function* oneAhead<T, R>(chunks: AsyncGenerator<T, R, undefined>): AsyncGenerator<T, R, undefined> {
  let next = chunks.next()
  try {
    for (;;) {
      const step = await next
      if (step.done === true) return step.value
      next = chunks.next()
      // it is told when its turn comes
      next.catch(() => undefined)
      yield step.value
    }
  } finally {
    await next.catch(() => undefined)
    await chunks.return(undefined as R)
  }
}
