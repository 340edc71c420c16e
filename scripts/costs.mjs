// What suites cost: the processor time of a process and of all that it has started and that has ended.
import { readFileSync } from 'node:fs'

/** Seconds so far; null where the system does not tell (it is not Linux). */
export function processorSeconds() {
  try {
    const stat = readFileSync('/proc/self/stat', 'utf8')
    // behind the name, which may hold anything: utime, stime, cutime, cstime (proc(5)), in hundredths of a second
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return [11, 12, 13, 14].reduce((sum, at) => sum + Number(fields[at]), 0) / 100
  } catch {
    return null
  }
}

/** The costliest of `costs`, a line each. */
export function costliest(costs, most = 25) {
  const sorted = [...costs].sort((a, b) => b.processor - a.processor).slice(0, most)
  return sorted.map(
    ({ processor, seconds, title }) =>
      `${processor.toFixed(1).padStart(7)} s of processor ${seconds.toFixed(1).padStart(7)} s  ${title}`,
  )
}
