import { findChromium } from './chromium.mjs'
import { say } from './commands.mjs'
import { installDependencies } from './dependencies.mjs'
import { findFfmpeg } from './ffmpeg.mjs'
import { provideSwift } from './swift.mjs'
import { installPackages } from './system-packages.mjs'

/**
 * Brings the checkout at `root` to where the service (and, `forTests`, its specs) can run, and says what it does.
 * Doing it again when all is there takes a fraction of a second. False, after a line that says what to do, if it can't.
 */
export async function prepare(root, { forTests }) {
  const programs = [{ package: 'ffmpeg', find: findFfmpeg }]
  if (forTests) programs.push({ package: 'chromium', find: findChromium })

  const looked = await Promise.all(programs.map((program) => program.find()))
  const missing = programs.filter((_, index) => looked[index].missing)
  const unfit = looked.filter((result) => result.problem !== undefined)
  for (const { problem } of unfit) say(problem)
  if (unfit.length > 0) return false

  if (missing.length > 0) {
    const problem = await installPackages(missing.map((program) => program.package))
    if (problem !== undefined) {
      say(problem)
      return false
    }
    for (const program of missing) {
      const found = await program.find()
      if (found.missing || found.problem !== undefined) {
        say(found.problem ?? `${program.package} was installed but is still not on the PATH: ${process.env.PATH}`)
        return false
      }
      looked[programs.indexOf(program)] = found
    }
  }

  const problem = await installDependencies(root)
  if (problem !== undefined) {
    say(problem)
    return false
  }
  const names = looked.map((found) => found.name)
  const swift = forTests ? await provideSwift() : undefined
  if (swift !== undefined) names.push(swift)
  say(`ready: Node ${process.versions.node}, ${names.join(', ')}`)
  return true
}
