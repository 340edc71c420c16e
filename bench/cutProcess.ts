/** One cut in a process of its own: `cutProcess.ts TYPE ROOT START_MS END_MS FILE` prints what it took as JSON. */
import { createWriteStream } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { pipeline } from 'node:stream/promises'
import { cut } from '../src/cut/cutting.js'
import { planCut } from '../src/cut/plan.js'
import type { CutType } from '../src/cut/cut.js'

export interface Took {
  readonly ms: number
  readonly firstByteMs: number
  readonly cpuSeconds: number
  /** Node and its ffmpeg together, at their most. */
  readonly peakMegabytes: number
}

const [type = 'fast', root = '', startMs = '', endMs = '', file = ''] = process.argv.slice(2)
let peak = 0
const watch = setInterval(() => void resident().then((bytes) => (peak = Math.max(peak, bytes))), 200)
const begun = performance.now()
let firstByteMs = 0
const plan = await planCut(root, 'bench', 'source', [{ startMs: Number(startMs), endMs: Number(endMs) }])
const chunks = async function* () {
  for await (const chunk of cut(type as CutType, plan, {}, { signal: new AbortController().signal })) {
    firstByteMs ||= performance.now() - begun
    yield chunk
  }
}
await pipeline(chunks, createWriteStream(file))
const ms = performance.now() - begun
clearInterval(watch)
const { userCPUTime, systemCPUTime } = process.resourceUsage()
const took: Took = { ms, firstByteMs, cpuSeconds: (userCPUTime + systemCPUTime) / 1e6, peakMegabytes: peak / 1e6 }
process.stdout.write(JSON.stringify(took))

/** Bytes of memory of this process and of those that it started. */
async function resident(): Promise<number> {
  const children = await readdir('/proc/self/task').catch(() => [])
  const pids = await Promise.all(
    children.map((task) => readFile(`/proc/self/task/${task}/children`, 'utf8').catch(() => '')),
  )
  let bytes = process.memoryUsage.rss()
  for (const pid of pids
    .join(' ')
    .split(' ')
    .filter((text) => text.trim() !== '')) {
    const status = await readFile(`/proc/${pid.trim()}/status`, 'utf8').catch(() => '')
    bytes += Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) * 1024
  }
  return bytes
}
