import { writeFileSync } from 'node:fs'
import Mocha from 'mocha'

const patienceMs = 15_000

/** mocha's own spec reporter that also leaves its counts, as JSON, in the file that REELSTATE_TEST_COUNTS names. */
export default class CountingReporter extends Mocha.reporters.Spec {
  constructor(runner, options) {
    super(runner, options)
    runner.once(Mocha.Runner.constants.EVENT_RUN_END, () => {
      const { passes, failures, pending } = this.stats
      const counts = process.env.REELSTATE_TEST_COUNTS
      if (counts) writeFileSync(counts, JSON.stringify({ passes, failures, pending }))
      // Unreferenced, so it only ever fires if a spec has left something open that keeps the process alive
      setTimeout(() => {
        const open = [...new Set(process.getActiveResourcesInfo())].join(', ')
        process.stderr.write(`All specs have run, but something that one of them opened was never closed: ${open}\n`)
        // mocha puts its own exit code in place on exit: what is set after it holds
        process.once('exit', () => {
          process.exitCode = 1
        })
        process.exit()
      }, patienceMs).unref()
    })
  }
}
