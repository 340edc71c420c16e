/** What all runs of a soak come to, and the small file from which an interrupted one goes on. */
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { count } from './chronicle.js'
import type { Outcome } from './run.js'

type Counts = Map<string, number>

export interface Failed {
  readonly run: number
  readonly evidence: string | null
  readonly what: readonly string[]
}

export class Tally {
  readonly faults: Counts = new Map()
  readonly deeds: Counts = new Map()
  readonly states: Counts = new Map()
  readonly failed: Failed[] = []
  runs = 0
  seconds = 0
  /** The longest that everything took to come to rest, once the faults were over. */
  longestRestSeconds = 0

  constructor(
    readonly seed: number,
    /** The run that is next. */
    public next: number,
    /** The last one. */
    readonly last: number,
  ) {}

  add({ script, violations, evidence, chronicle, states, seconds, restSeconds }: Outcome): void {
    this.runs++
    this.next = script.run + 1
    this.seconds += seconds
    this.longestRestSeconds = Math.max(this.longestRestSeconds, restSeconds)
    for (const [kind, n] of chronicle.faults) count(this.faults, kind, n)
    for (const [deed, n] of chronicle.deeds) count(this.deeds, deed, n)
    for (const [state, n] of states) count(this.states, state, n)
    if (violations.length > 0)
      this.failed.push({
        run: script.run,
        evidence,
        what: violations.map(({ invariant, what }) => `${invariant}: ${what}`),
      })
  }

  toJson(): object {
    const { faults, deeds, states, ...rest } = this
    return { ...rest, faults: objectOf(faults), deeds: objectOf(deeds), states: objectOf(states) }
  }

  async save(path: string): Promise<void> {
    await mkdir(dirname(path), { recursive: true })
    await writeFile(`${path}.new`, `${JSON.stringify(this.toJson(), null, 1)}\n`)
    await rename(`${path}.new`, path)
  }

  /** Null where there is nothing to go on with. */
  static async load(path: string): Promise<Tally | null> {
    const text = await readFile(path, 'utf8').catch(() => null)
    if (text === null) return null
    const { seed, next, last, faults, deeds, states, failed, ...sums } = JSON.parse(text) as Saved
    const tally = Object.assign(new Tally(seed, next, last), sums)
    for (const [into, from] of [
      [tally.faults, faults],
      [tally.deeds, deeds],
      [tally.states, states],
    ] as const)
      for (const [key, n] of Object.entries(from)) into.set(key, n)
    tally.failed.push(...failed)
    return tally
  }
}

type Saved = Pick<Tally, 'seed' | 'next' | 'last' | 'runs' | 'seconds' | 'longestRestSeconds' | 'failed'> &
  Readonly<Record<'faults' | 'deeds' | 'states', Readonly<Record<string, number>>>>

const objectOf = (counts: Counts): Record<string, number> =>
  Object.fromEntries([...counts].sort(([one], [other]) => (one < other ? -1 : 1)))
