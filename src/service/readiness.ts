/**
 * Whether the node can do its work now: what it needs is looked at when somebody asks, but not more often than every few seconds,
 * and nobody waits for what does not answer.
 */
import type { StatsFs } from 'node:fs'
import { statfs } from 'node:fs/promises'
import { dirname } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { inspectFfmpeg } from '../cut/inspectFfmpeg.js'
import { databaseTrouble } from '../log/connectionError.js'
import type { Queryable } from '../log/database.js'
import type { Check } from '../http/around.js'
import type { Health } from './health.js'

/** In milliseconds. */
export interface ReadinessPace {
  /** What was found holds for so long. */
  readonly keepMs: number
  /** As long as it was well; it takes four processes to look. */
  readonly ffmpegMs: number
  /** So long is waited for the database, and for a disk that may be on another machine. */
  readonly patienceMs: number
}

const usualPace: ReadinessPace = { keepMs: 2_000, ffmpegMs: 60_000, patienceMs: 2_000 }

export interface ReadinessOptions {
  readonly db: Queryable
  readonly health: () => Health
  readonly segments: string
  readonly temporary: string
  readonly minFreeBytes: number
  readonly pace?: Partial<ReadinessPace>
}

export class Readiness {
  readonly #pace: ReadinessPace
  #found: Promise<readonly Check[]> | null = null
  #untilMs = Infinity
  #ffmpeg: { readonly reason: string | null; readonly untilMs: number } | null = null
  #asking: Promise<string | null> | null = null
  #looking: Promise<string | null> | null = null

  constructor(private readonly options: ReadinessOptions) {
    this.#pace = { ...usualPace, ...options.pace }
  }

  /** What the node needs, each with what is wrong with it. Never rejects. */
  readonly check = (): Promise<readonly Check[]> => {
    if (this.#found === null || performance.now() > this.#untilMs) {
      this.#untilMs = Infinity
      this.#found = this.#look().finally(() => (this.#untilMs = performance.now() + this.#pace.keepMs))
    }
    return this.#found
  }

  async #look(): Promise<readonly Check[]> {
    const { segments, temporary, health } = this.options
    const checks: Record<Check['what'], Promise<string | null>> = {
      database: this.#database(),
      ffmpeg: this.#lookAtFfmpeg(),
      segments: this.#room('segments', segments),
      temporary: this.#room('temporary files', temporary),
      loops: Promise.resolve(health().reason),
    }
    const what = Object.keys(checks) as Check['what'][]
    return Promise.all(what.map(async (each) => ({ what: each, reason: await checks[each] })))
  }

  /** One question at a time: those that are never answered must not use up the connections. */
  async #database(): Promise<string | null> {
    this.#asking ??= this.options.db
      .query('select')
      .then(
        () => null,
        (error: unknown) => (error instanceof Error ? databaseTrouble(error) : String(error)),
      )
      .finally(() => (this.#asking = null))
    return this.#orLate(this.#asking, 'the database')
  }

  /** Where it takes long to look, what was found the last time holds on. */
  async #lookAtFfmpeg(): Promise<string | null> {
    const known = this.#ffmpeg
    if (known !== null && performance.now() < known.untilMs) return known.reason
    this.#looking ??= this.#inspect().finally(() => (this.#looking = null))
    if (known === null) return this.#orLate(this.#looking, 'ffmpeg')
    return Promise.race([this.#looking, delay(this.#pace.patienceMs, known.reason, { ref: false })])
  }

  async #inspect(): Promise<string | null> {
    const late = AbortSignal.timeout(10 * this.#pace.patienceMs)
    const missing = await inspectFfmpeg(late).then(
      (facts) => facts.missing,
      () => ['ffmpeg that answers'],
    )
    const reason = missing.length === 0 ? null : `ffmpeg lacks: ${missing.join(', ')}`
    // as soon as it is well again, somebody wants to know
    this.#ffmpeg = { reason, untilMs: performance.now() + (reason === null ? this.#pace.ffmpegMs : this.#pace.keepMs) }
    return reason
  }

  #room(what: string, folder: string): Promise<string | null> {
    const { minFreeBytes } = this.options
    const look = async (): Promise<string | null> => {
      try {
        const { bavail, bsize } = await statfsOfNearest(folder)
        const free = bavail * bsize
        if (free >= minFreeBytes) return null
        return `the disk of the ${what} (${folder}) has ${gibibytes(free)} free; at least ${gibibytes(minFreeBytes)} are needed: make room`
      } catch (error) {
        return `the disk of the ${what} (${folder}) cannot be looked at (${(error as NodeJS.ErrnoException).code ?? String(error)})`
      }
    }
    return this.#orLate(look(), `the disk of the ${what} (${folder})`)
  }

  #orLate(answer: Promise<string | null>, of: string): Promise<string | null> {
    const { patienceMs } = this.#pace
    const late = `${of} has not answered within ${patienceMs / 1000} s`
    return Promise.race([answer, delay(patienceMs, late, { ref: false })])
  }
}

/** A folder that is made when it is needed is as good as the one that it will be in. */
async function statfsOfNearest(folder: string): Promise<StatsFs> {
  try {
    return await statfs(folder)
  } catch (error) {
    const above = dirname(folder)
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || above === folder) throw error
    return statfsOfNearest(above)
  }
}

const gibibytes = (bytes: number): string => `${(bytes / 2 ** 30).toFixed(2)} GiB`
