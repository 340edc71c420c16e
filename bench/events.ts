/** What listeners to the events cost a node: memory, and how long it takes until the last of them has what happened. */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { happens, testLog } from '../spec/support/log.js'
import { source } from '../spec/support/moment.js'
import { type Figure, figure } from './figure.js'

const EVERY_MS = 100

interface Memory {
  readonly rss: number
  readonly heapUsed: number
  readonly external: number
  readonly cpu: NodeJS.CpuUsage
}

export async function benchEvents({
  readers,
  events,
  signal,
}: {
  readonly readers: number
  readonly events: number
  readonly signal: AbortSignal
}): Promise<Figure[]> {
  const log = await testLog()
  const start = (name: string, args: readonly string[], flags: readonly string[] = []) =>
    fork(join(import.meta.dirname, name), args, {
      execArgv: ['--import', 'tsx', ...flags],
      env: { ...process.env, DATABASE_URL: log.url },
      signal,
    })
  const server = start('streamServer.ts', [], ['--expose-gc'])
  try {
    const [{ url }] = (await once(server, 'message')) as [{ url: string }]
    const memory = async (): Promise<Memory> => {
      server.send('memory')
      return ((await once(server, 'message')) as [Memory])[0]
    }
    await happens(log.db, 'measured', 'Created', { source })
    const before = await memory()
    const client = start('streamReaders.ts', [url, String(readers)])
    const arrived = new Map<number, number>()
    let lost = 0
    client.on('message', (said: { version?: number; at?: number; lost?: number }) => {
      if (said.version !== undefined) arrived.set(said.version, said.at ?? 0)
      if (said.lost !== undefined) lost++
    })
    try {
      await once(client, 'message')
      const during = await memory()
      const sentMs: number[] = []
      const answeredMs: number[] = []
      for (let n = 0; n < events; n++) {
        const fromMs = performance.timeOrigin + performance.now()
        const { version } = await happens(log.db, 'measured', 'DraftSaved', { edit: { video_title: `Title ${n}` } })
        sentMs[version] = fromMs
        answeredMs[version] = performance.timeOrigin + performance.now()
        await delay(Math.max(0, EVERY_MS - (performance.timeOrigin + performance.now() - fromMs)))
      }
      const wanted = sentMs.flatMap((_, version) => [version])
      for (let waited = 0; waited < 300 && wanted.some((version) => !arrived.has(version)); waited++) await delay(100)
      const latencies = (from: readonly number[]) =>
        wanted.map((version) => (arrived.get(version) ?? Infinity) - (from[version] ?? 0)).sort((a, b) => a - b)
      const at = (sorted: readonly number[], share: number) => sorted[Math.floor(sorted.length * share)] ?? NaN
      const [begun, committed] = [latencies(sentMs), latencies(answeredMs)]
      const after = await memory()
      const mebibytes = (bytes: number) => bytes / 1024 / 1024
      const cpuMs = (after.cpu.user + after.cpu.system - during.cpu.user - during.cpu.system) / 1000
      return [
        figure(`memory of ${readers} readers, at rest`, 'MiB', [mebibytes(during.rss - before.rss)], 'at most 100'),
        figure(
          `memory of ${readers} readers, after ${events} events`,
          'MiB',
          [mebibytes(after.rss - before.rss)],
          'at most 100',
        ),
        figure('from the append to the last reader, median', 'ms', [at(begun, 0.5)]),
        figure('from the append to the last reader, p95', 'ms', [at(begun, 0.95)], 'at most 250'),
        figure('from the commit to the last reader, p95', 'ms', [at(committed, 0.95)]),
        figure('processor time an event, all readers', 'ms', [cpuMs / events]),
        figure('readers that were lost', '', [lost]),
      ]
    } finally {
      client.kill()
      await once(client, 'exit')
    }
  } finally {
    server.kill()
    await once(server, 'exit')
    await log.close()
  }
}
