import { writeFileSync } from 'node:fs'
import Mocha from 'mocha'
import { processorSeconds } from './costs.mjs'

const patienceMs = 15_000
/** Characters of a failure's message; all of it is with the failure itself. */
const mostSaid = 400

/**
 * mocha's own spec reporter that also leaves its counts, what failed, and what each suite cost, as JSON in the file that
 * REELSTATE_TEST_COUNTS names.
 */
export default class CountingReporter extends Mocha.reporters.Spec {
  constructor(runner, options) {
    super(runner, options)
    const [costs, failed] = [[], []]
    let [begunAt, begun, depth] = [0, null, 0]
    runner.on(Mocha.Runner.constants.EVENT_SUITE_BEGIN, ({ root }) => {
      if (root || ++depth > 1) return
      begunAt = performance.now()
      begun = processorSeconds()
    })
    runner.on(Mocha.Runner.constants.EVENT_SUITE_END, ({ root, title }) => {
      if (root || --depth > 0) return
      const seconds = (performance.now() - begunAt) / 1000
      const now = processorSeconds()
      if (now !== null && begun !== null) costs.push({ title, seconds, processor: now - begun })
    })
    runner.on(Mocha.Runner.constants.EVENT_TEST_FAIL, (test, { message = '' }) => {
      failed.push({ title: test.fullTitle(), file: test.file ?? '', says: message.slice(0, mostSaid) })
    })
    runner.once(Mocha.Runner.constants.EVENT_RUN_END, () => {
      const { passes, failures, pending } = this.stats
      const counts = process.env.REELSTATE_TEST_COUNTS
      if (counts) writeFileSync(counts, JSON.stringify({ passes, failures, pending, costs, failed }))
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
