/** Errors that nobody caught. After one nobody knows what still holds, so the process shall end; what it has in hand need not be lost. */

/** Thrown for an error that came up where nothing was waiting for it; `cause` is that error. */
export class Uncaught extends Error {
  override readonly name = 'Uncaught'
  constructor(cause: unknown, isRejection: boolean) {
    const message = cause instanceof Error ? cause.message : String(cause)
    super(`${isRejection ? 'a promise that nobody waited for failed' : 'nobody caught an error'}: ${message}`, {
      cause,
    })
  }
}

export interface BugWatch extends Disposable {
  /** Rejects with the first; never resolves. */
  readonly first: Promise<never>
}

/** Until it is disposed of, no uncaught error ends the process. @param onMore gets those after the first. */
export function watchForBugs(onMore: (bug: Uncaught) => void): BugWatch {
  let onBug: (bug: Uncaught) => void = () => undefined
  const first = new Promise<never>((_, reject) => {
    onBug = (bug) => {
      reject(bug)
      onBug = onMore
    }
  })
  first.catch(() => undefined)
  // Node brings rejections here, too
  const listener: NodeJS.UncaughtExceptionListener = (error, origin) =>
    onBug(new Uncaught(error, origin === 'unhandledRejection'))
  process.on('uncaughtException', listener)
  return { first, [Symbol.dispose]: () => void process.off('uncaughtException', listener) }
}
