/** Everything that is left to chance, from one seed. */
import { randomFrom } from '../spec/support/random.js'

export class Dice {
  readonly #next: () => number

  /** The same for the same numbers, and unlike those of their neighbours. */
  constructor(...seeds: readonly number[]) {
    this.#next = randomFrom(seeds.reduce((mixed, seed) => Math.imul(mixed ^ seed, 0x9e3779b1) ^ (mixed >>> 15), 0x5eed))
  }

  chance = (of: number): boolean => this.#next() < of
  /** A whole number from `least` to `most`. */
  whole = (least: number, most: number): number => least + Math.floor(this.#next() * (most - least + 1))
  pick = <A>(from: readonly A[]): A => {
    const picked = from[Math.floor(this.#next() * from.length)]
    if (picked === undefined) throw new Error('there is nothing to choose from')
    return picked
  }

  /** One of `from`, each as often as its weight says. */
  weighed = <A>(from: readonly (readonly [weight: number, what: A])[]): A => {
    let at = this.#next() * from.reduce((sum, [weight]) => sum + weight, 0)
    for (const [weight, what] of from) if ((at -= weight) < 0) return what
    return this.pick(from)[1]
  }

  /** A number for dice of their own. */
  seed = (): number => this.whole(0, 2 ** 31)
}
