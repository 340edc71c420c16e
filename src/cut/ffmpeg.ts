import { type ChildProcess, spawn } from 'node:child_process'
import { availableParallelism } from 'node:os'
import type { Readable, Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { setTimeout as pause } from 'node:timers/promises'
import { CutError } from './cut.js'
import { FIRST_INPUT_FD } from './ffmpegArguments.js'
import { type FfmpegProgress, parseProgress } from './ffmpegProgress.js'
import { ownSlots } from './ownSlots.js'
import { Slots } from '../segments/slots.js'

/** One ffmpeg: its arguments, and what flows into `pipe:3`, `pipe:4`… */
export interface FfmpegRun {
  readonly args: readonly string[]
  readonly inputs: readonly AsyncIterable<Buffer>[]
}

export interface FfmpegOptions {
  readonly signal: AbortSignal
  readonly onProgress?: (progress: FfmpegProgress) => void
  /** An ffmpeg that takes, makes and reports nothing for so long, while its output is wanted, is killed. Default 60. */
  readonly stallSeconds?: number
  /** Default: those of whoever asked for the cut; else as many ffmpeg at once as there are processors, in this whole process. */
  readonly slots?: Slots
}

/** Each encodes on all processors already; more of them at once would only share, and fill the memory. */
const allSlots = new Slots(availableParallelism())
const STDERR_BYTES = 8192
const INPUT_GRACE_MS = 1000
/** ffmpeg going away before it has read everything is how a cut ends: it stops at the last wanted frame. */
const HARMLESS = new Set(['EPIPE', 'ECONNRESET', 'ERR_STREAM_PREMATURE_CLOSE', 'ERR_STREAM_DESTROYED'])

export function ffmpegPath(env: NodeJS.ProcessEnv = process.env): string {
  return env['FFMPEG_PATH'] || 'ffmpeg'
}

export function ffprobePath(env: NodeJS.ProcessEnv = process.env): string {
  return env['FFPROBE_PATH'] || 'ffprobe'
}

/**
 * Runs ffmpeg and yields what it writes to `pipe:1`, as fast as it is taken. When the iterable ends, ffmpeg has exited
 * with 0; when it throws, or is left early, ffmpeg and all that it started are gone. Throws a CutError with ffmpeg's last
 * words, the error of an input, or the reason of an aborted signal.
 */
export async function* ffmpegOutput(run: FfmpegRun, options: FfmpegOptions): AsyncGenerator<Buffer, void, undefined> {
  const release = await (options.slots ?? ownSlots() ?? allSlots).take(options.signal)
  let process: FfmpegProcess | undefined
  try {
    process = new FfmpegProcess(run, options)
    yield* process.output()
  } finally {
    await process?.end()
    release()
  }
}

/** Those that run: a process that exits in the middle of everything takes them with it. They would go only when they write next. */
const running = new Set<ChildProcess>()
process.on('exit', () => running.forEach(killGroup))

function killGroup({ pid, exitCode, signalCode }: ChildProcess): void {
  if (pid === undefined || exitCode !== null || signalCode !== null) return
  try {
    process.kill(-pid, 'SIGKILL')
  } catch {
    // it went by itself in between
  }
}

/** Owns one child process: everything that it opens is closed by `end`. */
class FfmpegProcess {
  readonly #child: ChildProcess
  readonly #closed: Promise<string>
  readonly #feeding: Promise<unknown>
  readonly #options: FfmpegOptions
  #stderr = ''
  #failure: Error | undefined
  #lastAliveMs = performance.now()

  constructor(run: FfmpegRun, options: FfmpegOptions) {
    this.#options = options
    const progressFd = FIRST_INPUT_FD + run.inputs.length
    const args = [
      '-hide_banner',
      '-nostdin',
      '-loglevel',
      'warning',
      '-nostats',
      '-progress',
      `pipe:${progressFd}`,
      ...run.args,
    ]
    const child = spawn(ffmpegPath(), args, {
      detached: true, // a process group of its own, to be killed as one
      stdio: ['ignore', 'pipe', 'pipe', ...run.inputs.map(() => 'pipe' as const), 'pipe'],
    })
    this.#child = child
    running.add(child)
    this.#closed = new Promise<string>((resolve) => {
      child.once('error', (error) => resolve(`ffmpeg can't be started (${ffmpegPath()}): ${error.message}`))
      child.once('close', (code, signal) =>
        resolve(code === 0 ? '' : `ffmpeg ended with ${signal ?? `exit code ${code}`}`),
      )
    }).finally(() => running.delete(child))
    options.signal.addEventListener('abort', this.#kill, { once: true })
    if (options.signal.aborted) this.#kill()
    // pipes that break say so to whoever reads or writes them; nobody does any more after a kill
    for (const stream of child.stdio) stream?.on('error', () => undefined)
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#stderr = (this.#stderr + text).slice(-STDERR_BYTES)
    })
    this.#readProgress(child.stdio[progressFd] as Readable)
    this.#feeding = Promise.all(
      run.inputs.map((input, index) => this.#feed(input, child.stdio[FIRST_INPUT_FD + index] as Writable)),
    )
  }

  async *output(): AsyncGenerator<Buffer, void, undefined> {
    const chunks = (this.#child.stdout as Readable)[Symbol.asyncIterator]() as AsyncIterator<Buffer>
    for (;;) {
      const chunk = await this.#unlessStalled(chunks.next())
      if (chunk === undefined || chunk.done === true) break
      this.#alive()
      yield chunk.value
    }
    const problem = await this.#closed
    this.#options.signal.throwIfAborted()
    if (this.#failure !== undefined) throw this.#failure
    if (problem !== '') throw new CutError([problem, this.#lastWords()].filter((part) => part !== '').join(': '))
  }

  /** Kills what is left of it and waits until it is gone and every pipe is closed. */
  async end(): Promise<void> {
    this.#options.signal.removeEventListener('abort', this.#kill)
    this.#kill()
    await this.#closed
    // an input that hangs (a disk that doesn't answer) closes its file when it wakes; nobody waits for that
    const patience = new AbortController()
    await Promise.race([this.#feeding, pause(INPUT_GRACE_MS, undefined, patience).catch(() => undefined)])
    patience.abort()
  }

  readonly #kill = (): void => {
    killGroup(this.#child)
    for (const stream of this.#child.stdio) stream?.destroy()
  }

  readonly #alive = (): void => {
    this.#lastAliveMs = performance.now()
  }

  /** Only the time in which the output is waited for counts: a slow destination is no fault of ffmpeg. */
  async #unlessStalled<T>(next: Promise<T>): Promise<T | undefined> {
    const limitMs = (this.#options.stallSeconds ?? 60) * 1000
    this.#alive()
    const watch = setInterval(
      () => {
        if (performance.now() - this.#lastAliveMs < limitMs || this.#failure !== undefined) return
        this.#fail(
          new CutError(`ffmpeg has done nothing for ${limitMs / 1000} s, and was killed. ${this.#lastWords()}`),
        )
      },
      Math.min(1000, limitMs / 4),
    )
    try {
      return await next
    } catch (error) {
      // destroying the output on a kill ends its iterator with an error
      if (this.#failure !== undefined || this.#options.signal.aborted) return undefined
      throw error
    } finally {
      clearInterval(watch)
    }
  }

  #readProgress(stream: Readable): void {
    let rest = ''
    let last: FfmpegProgress | undefined
    stream.setEncoding('utf8').on('data', (text: string) => {
      const parsed = parseProgress(rest, text)
      rest = parsed.rest
      for (const report of parsed.reports) {
        if (report.frames !== last?.frames || report.outSeconds !== last.outSeconds) this.#alive()
        last = report
        this.#options.onProgress?.(report)
      }
    })
  }

  async #feed(input: AsyncIterable<Buffer>, into: Writable): Promise<void> {
    try {
      await pipeline(watched(input, this.#alive), into)
    } catch (error) {
      if (!isHarmless(error)) this.#fail(error)
    }
  }

  #fail(error: unknown): void {
    this.#failure ??= error instanceof Error ? error : new Error(String(error))
    this.#kill()
  }

  #lastWords(): string {
    return lastLines(this.#stderr)
  }
}

async function* watched(input: AsyncIterable<Buffer>, alive: () => void): AsyncGenerator<Buffer> {
  for await (const chunk of input) {
    alive()
    yield chunk
  }
}

function isHarmless(error: unknown): boolean {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' && HARMLESS.has(error.code)
}

/** The end of what a program said, for an error message. */
function lastLines(text: string): string {
  return text.trim().split('\n').slice(-4).join(' | ')
}

/** Runs a program that answers shortly (ffprobe, `ffmpeg -version`) and returns what it printed. Throws an Error that says what went wrong. */
export async function answerOf(
  program: string,
  args: readonly string[],
  { signal, timeoutSeconds = 60 }: { readonly signal?: AbortSignal; readonly timeoutSeconds?: number } = {},
): Promise<string> {
  const timeout = AbortSignal.timeout(timeoutSeconds * 1000)
  const child = spawn(program, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    killSignal: 'SIGKILL',
    signal: signal === undefined ? timeout : AbortSignal.any([signal, timeout]),
  })
  let out = ''
  let err = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (err = (err + text).slice(-STDERR_BYTES)))
  const problem = await new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message))
    child.once('close', (code, killed) => resolve(code === 0 ? '' : `it ended with ${killed ?? `exit code ${code}`}`))
  })
  signal?.throwIfAborted()
  if (timeout.aborted) throw new Error(`${program} did not answer within ${timeoutSeconds} s`)
  if (problem !== '')
    throw new Error(`${program}: ${[problem, lastLines(err)].filter((part) => part !== '').join(': ')}`)
  return out
}
