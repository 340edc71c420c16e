/** Runs an ffmpeg that waits for input that never comes, or encodes without end, until this process is killed. */
import { once } from 'node:events'
import { ffmpegOutput } from '../../src/cut/ffmpeg.js'

const waits = process.argv[2] === 'waits'
async function* nothing(): AsyncGenerator<Buffer> {
  await once(process, 'never')
  yield Buffer.alloc(0)
}
const source = waits ? ['-f', 'mpegts', '-i', 'pipe:3'] : ['-f', 'lavfi', '-i', 'testsrc2=s=160x90:r=30']
const run = { args: [...source, '-f', 'mpegts', 'pipe:1'], inputs: waits ? [nothing()] : [] }
const keepAlive = setInterval(() => undefined, 1000)
for await (const chunk of ffmpegOutput(run, { signal: new AbortController().signal })) {
  if (chunk.length === 0) clearInterval(keepAlive)
}
