/**
 * For how long one observer has seen of videos that nobody has footage of them. The log's hints say since when by the database's clock,
 * which may jump; what is given up has also been so for as long before his own eyes, on a clock that never does.
 */
import type { WithoutFootage } from '../log/footage.js'

export class Footageless {
  /** By video and edit. Those that are not seen any more are forgotten. */
  #sinceMs = new Map<string, number>()

  /** Those of `seen` that may be given up. @param nowMs of a clock that never jumps, as of before it was asked which there are. */
  longEnough(seen: readonly WithoutFootage[], nowMs: number, seconds: number): WithoutFootage[] {
    const before = this.#sinceMs
    this.#sinceMs = new Map(seen.map((one) => [keyOf(one), before.get(keyOf(one)) ?? nowMs]))
    return seen.filter((one) => one.longEnough && nowMs - (this.#sinceMs.get(keyOf(one)) ?? nowMs) >= seconds * 1000)
  }
}

const keyOf = ({ id, editTime }: WithoutFootage): string => `${editTime} ${id}`
