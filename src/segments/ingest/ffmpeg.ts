/** The one file of the ingest that starts processes: cutting has its own, but nothing here may import it. */
import { type ChildProcess, spawn } from 'node:child_process'
import { resolve } from 'node:path'
import { createInterface } from 'node:readline'

const LAST_WORDS = 2000

/** Thrown where ffmpeg or ffprobe can't be started or refuses; the message has its own last words. */
export class FfmpegFailure extends Error {
  override readonly name = 'FfmpegFailure'

  constructor(
    message: string,
    /** Whether it isn't the file's fault. */
    readonly notInstalled: boolean,
  ) {
    super(message)
  }
}

/** A path as ffmpeg takes it, whatever colons are in it. */
export function fileUrl(path: string): string {
  return `file:${resolve(path)}`
}

/** What ffprobe says. Throws FfmpegFailure, or the reason of an aborted signal. */
export async function askFfprobe(args: readonly string[], signal: AbortSignal): Promise<string> {
  let answer = ''
  for await (const line of linesOf(process.env['FFPROBE_PATH'] || 'ffprobe', args, process.cwd(), signal)) {
    answer += `${line}\n`
  }
  return answer
}

/**
 * Runs ffmpeg in `folder` and yields the lines that it writes to `pipe:1` as they come. However this ends, ffmpeg is
 * gone afterwards. Throws FfmpegFailure, or the reason of an aborted signal.
 */
export function ffmpegLines(args: readonly string[], folder: string, signal: AbortSignal): AsyncGenerator<string> {
  const quiet = ['-nostdin', '-hide_banner', '-loglevel', 'error']
  return linesOf(process.env['FFMPEG_PATH'] || 'ffmpeg', [...quiet, ...args], folder, signal)
}

async function* linesOf(
  program: string,
  args: readonly string[],
  folder: string,
  signal: AbortSignal,
): AsyncGenerator<string> {
  signal.throwIfAborted()
  const child = spawn(program, args, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] })
  const stop = () => child.kill('SIGKILL')
  signal.addEventListener('abort', stop, { once: true })
  let words = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => (words = (words + text).slice(-LAST_WORDS)))
  const ended = endOf(child, program)
  try {
    yield* createInterface({ input: child.stdout })
    const failure = await ended
    signal.throwIfAborted()
    if (failure !== undefined) throw new FfmpegFailure(words.trim() || failure.message, failure.notInstalled)
  } finally {
    signal.removeEventListener('abort', stop)
    stop()
    await ended
  }
}

/** Why it failed, once it is gone; undefined where it did not. */
function endOf(child: ChildProcess, program: string): Promise<FfmpegFailure | undefined> {
  return new Promise((done) => {
    child.once('error', (error) => {
      const missing = 'code' in error && error.code === 'ENOENT'
      const remedy = 'is not there: install ffmpeg, or set FFMPEG_PATH and FFPROBE_PATH'
      done(new FfmpegFailure(`${program} ${missing ? remedy : `can't be started: ${error.message}`}`, true))
    })
    child.once('close', (code, signal) => {
      done(code === 0 ? undefined : new FfmpegFailure(`${program} ended with ${signal ?? `exit code ${code}`}`, false))
    })
  })
}
