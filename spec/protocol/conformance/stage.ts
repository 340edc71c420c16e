/** Where real nodes play: what they do is written down line by line, in the order in which it takes effect, as the model calls it. */

export class Stage {
  readonly lines: string[] = []
  /** What arrives late, or never. */
  readonly #late: (() => Promise<void>)[] = []
  #last: Promise<unknown> = Promise.resolve()
  /** Nothing goes wrong any more. */
  calm = false

  /** @param meanwhile what happens between two things that nodes do. */
  constructor(
    readonly random: () => number,
    private readonly meanwhile: () => Promise<void>,
  ) {}

  /** One thing after the other. */
  turn<A>(work: () => Promise<A>): Promise<A> {
    const next = this.#last.then(async () => {
      if (!this.calm) await this.meanwhile()
      if (this.#late.length > 0 && (this.calm || this.happens(0.4))) await this.#late.shift()?.()
      return work()
    })
    this.#last = next.catch(() => undefined)
    return next
  }

  writes(who: string, does: string): void {
    this.lines.push(`${who} ${does}`)
  }

  later(work: () => Promise<void>): void {
    if (this.happens(0.7)) this.#late.push(work)
  }

  happens(probability: number): boolean {
    return this.random() < probability
  }

  goesWrong(probability: number): boolean {
    return !this.calm && this.happens(probability)
  }
}
