// One cut in a process of its own, out of the build as a service runs it: `cutProcess.js TYPE ROOT START_MS END_MS FILE` prints what it
// took as JSON (`Took` in cut.ts).
import { createWriteStream } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { pipeline } from 'node:stream/promises'
import { cut } from '../dist/src/cut/cutting.js'
import { planCut } from '../dist/src/cut/plan.js'

const [type, root, startMs, endMs, file] = process.argv.slice(2)
let peak = 0
const watch = setInterval(() => void resident().then((bytes) => (peak = Math.max(peak, bytes))), 100)
const begun = performance.now()
let firstByteMs = 0
const plan = await planCut(root, 'bench', 'source', [{ startMs: Number(startMs), endMs: Number(endMs) }])
await pipeline(async function* () {
  for await (const chunk of cut(type, plan, {}, { signal: new AbortController().signal })) {
    firstByteMs ||= performance.now() - begun
    yield chunk
  }
}, createWriteStream(file))
const ms = performance.now() - begun
clearInterval(watch)
const { userCPUTime, systemCPUTime } = process.resourceUsage()
const took = { ms, firstByteMs, cpuSeconds: (userCPUTime + systemCPUTime) / 1e6, peakMegabytes: peak / 1e6 }
process.stdout.write(JSON.stringify(took))

/** Bytes of memory of this process and of those that it started. */
async function resident() {
  const tasks = await readdir('/proc/self/task').catch(() => [])
  const children = await Promise.all(
    tasks.map((task) => readFile(`/proc/self/task/${task}/children`, 'utf8').catch(() => '')),
  )
  let bytes = process.memoryUsage.rss()
  for (const pid of children.join(' ').split(/\s+/).filter(Boolean)) {
    const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '')
    bytes += Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) * 1024
  }
  return bytes
}
