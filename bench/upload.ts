/** A large cut streamed to YouTube's simulator, beside curl that sends as many bytes to it. */
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { promisify } from 'node:util'
import { CREDENTIALS } from '../spec/youtube/simulator.js'
import { madeBlock, pieceOf } from './pieces.js'
import { type Figure, figure, ratios } from './figure.js'

interface Options {
  readonly mebibytes: number
  readonly repeats: number
  readonly signal: AbortSignal
}

interface Took {
  readonly ms: number
  readonly grownMebibytes: number
}

export async function benchUpload({ mebibytes, repeats, signal }: Options): Promise<Figure[]> {
  const bytes = mebibytes * 2 ** 20
  const server = spawn(process.execPath, ['--import', 'tsx', join(import.meta.dirname, 'uploadServer.ts')], {
    stdio: ['ignore', 'pipe', 'inherit'],
    signal,
  })
  // it is ended by us
  server.once('error', () => undefined)
  try {
    const [line] = (await once(server.stdout, 'data')) as [Buffer]
    const url = line.toString().trim()
    const ours: Took[] = []
    const making: Took[] = []
    const peers: number[] = []
    for (let n = 0; n < repeats; n++) {
      process.stderr.write(`upload, run ${n + 1} of ${repeats}\n`)
      const program = [join(import.meta.dirname, 'uploadProcess.js'), url, String(bytes)]
      const run = async (...more: string[]): Promise<Took> =>
        JSON.parse((await promisify(execFile)(process.execPath, [...program, ...more], { signal })).stdout) as Took
      ours.push(await run())
      making.push(await run('new'))
      peers.push(await byCurl(url, bytes, signal))
    }
    const speed = (ms: number) => mebibytes / (ms / 1000)
    const ms = durations(ours)
    return [
      figure('upload', 'MiB/s', ms.map(speed)),
      figure('curl', 'MiB/s', peers.map(speed)),
      figure('upload / curl, throughput', '', ratios(peers, ms), '≥ 0.9'),
      figure('the same, each piece newly made by us', '', ratios(peers, durations(making))),
      figure('growth of memory', 'MiB', growths(ours)),
      // V8 lets some 60 MiB of buffers that nobody needs any more lie about
      figure('growth of memory, each piece newly made', 'MiB', growths(making), '≤ 64'),
    ]
  } finally {
    server.kill()
  }
}

const durations = (all: readonly Took[]): number[] => all.map(({ ms }) => ms)
const growths = (all: readonly Took[]): number[] => all.map(({ grownMebibytes }) => grownMebibytes)

/** @returns milliseconds. */
async function byCurl(url: string, bytes: number, signal: AbortSignal): Promise<number> {
  const body = new URLSearchParams({ ...CREDENTIALS, grant_type: 'refresh_token' })
  const token = (await (await fetch(`${url}/token`, { method: 'POST', body })).json()) as { access_token: string }
  const begun = await fetch(`${url}/upload/youtube/v3/videos?uploadType=resumable&part=snippet,status`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${token.access_token}`, 'Content-Type': 'application/json' },
    body: JSON.stringify({ snippet: { title: 'curl' }, status: { privacyStatus: 'private' } }),
  })
  const session = begun.headers.get('location') ?? ''
  const begunMs = performance.now()
  const args = ['-sS', '-f', '-X', 'POST', '-T', '-', '-o', '/dev/null', session]
  const curl = spawn('curl', args, { stdio: ['pipe', 'inherit', 'inherit'], signal })
  const ended = once(curl, 'close') as Promise<[number]>
  await pipeline(Readable.from(chunks(bytes)), curl.stdin)
  const [code] = await ended
  if (code !== 0) throw new Error(`curl ended with exit code ${code}`)
  return performance.now() - begunMs
}

function* chunks(bytes: number): Generator<Buffer> {
  const size = 1_500_000
  const block = madeBlock()
  for (let sent = 0; sent < bytes; sent += size) yield pieceOf(block, sent, Math.min(size, bytes - sent))
}
