/** Ends the process where something that never lets go of it goes on for too long, and says what that was. */
import { Worker } from 'node:worker_threads'

/** Runs in a thread of its own: the one that hangs can't. */
const watching = `
  const { workerData: { now, graceMs, what } } = require('node:worker_threads')
  const { writeSync } = require('node:fs')
  let last = -1
  setInterval(() => {
    const step = Atomics.load(now, 0)
    if (step === last && step >= 0) {
      writeSync(2, '\\n' + what + ' ' + step + ' hangs\\n')
      process.kill(process.pid, 'SIGKILL')
    }
    last = step
  }, graceMs)
`

export class HangWatch implements AsyncDisposable {
  readonly #now = new Int32Array(new SharedArrayBuffer(4)).fill(-1)
  readonly #worker: Worker

  /** `what` names the steps; one of them may take `graceMs`. */
  constructor(what: string, graceMs = 20_000) {
    this.#worker = new Worker(watching, { eval: true, workerData: { now: this.#now, graceMs, what } })
    this.#worker.unref()
  }

  begins(step: number): void {
    Atomics.store(this.#now, 0, step)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#worker.terminate()
  }
}
