/** What has been done to a run, with its times, and how often each kind of thing: for whoever has to understand a failure. */

export class Chronicle {
  readonly lines: string[] = []
  readonly faults = new Map<string, number>()
  readonly deeds = new Map<string, number>()
  #beganMs = performance.now()

  /** From here on times are told. */
  begin(): void {
    this.#beganMs = performance.now()
  }

  note(what: string): void {
    this.lines.push(`${((performance.now() - this.#beganMs) / 1000).toFixed(3).padStart(8)} ${what}`)
  }

  /** Something was done to the run's machines, or to the lines between them. */
  fault(kind: string, what: string): void {
    count(this.faults, kind)
    this.note(`! ${what}`)
  }

  /** A person has done something, and what came of it. */
  deed(what: string, outcome: 'done' | 'refused' | 'database away'): void {
    count(this.deeds, outcome === 'done' ? (what.split(':')[0] ?? what) : outcome)
    this.note(`  ${what}${outcome === 'done' ? '' : ` (${outcome})`}`)
  }
}

export function count(counts: Map<string, number>, what: string, by = 1): void {
  counts.set(what, (counts.get(what) ?? 0) + by)
}
