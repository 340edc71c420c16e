/** Ctrl-C and SIGTERM as a signal that work can be stopped by. A second one ends the process at once. */
export interface Interruption {
  readonly signal: AbortSignal
  close(): void
}

export function interruption(): Interruption {
  const controller = new AbortController()
  const onSignal = (name: NodeJS.Signals): void => {
    if (controller.signal.aborted) process.exit(name === 'SIGINT' ? 130 : 143)
    controller.abort(name)
  }
  process.on('SIGINT', onSignal).on('SIGTERM', onSignal)
  return {
    signal: controller.signal,
    close: () => void process.off('SIGINT', onSignal).off('SIGTERM', onSignal),
  }
}
