/** Whether what real nodes have done is a way through the model: all worlds in which they may be by now, line after line. */
import { Chart } from '../model/chart.js'
import { movesOf } from '../model/environment.js'
import { created, edited } from '../model/events.js'
import { Keys } from '../model/explore.js'
import { broken } from '../model/promises.js'
import { type Rules, whole } from '../model/protocol.js'
import { begun, type Move, type World } from '../model/world.js'

/** What a node keeps to itself does not show. */
const shown = /^(appends|opens|cannot|aborts|asks for|sends the last bytes|gets|closes|loses the connection|forgets)/

export class Acceptance {
  readonly #rules: Rules
  readonly #keys = new Keys()
  #worlds: readonly World[]

  constructor(limit: number) {
    const chart = new Chart(true)
    this.#rules = { chart, protocol: whole, bounds: { attempts: 2, limit, reduced: false } }
    const many = 30
    const budget = { crash: 0, suspicion: many, loss: many, failure: many, forgetting: many, person: many, all: many }
    this.#worlds = [begun(chart.begin(created, edited), budget)]
  }

  /** Whether a node may do so now. */
  take(line: string): boolean {
    const { moves } = this.#around()
    const next = moves.filter((move) => lineOf(move) === line).map(({ to }) => to)
    this.#worlds = this.#different(next)
    return next.length > 0
  }

  /** What could be done now instead. */
  get possible(): string[] {
    return [...new Set(this.#around().moves.map(lineOf))].sort()
  }

  /** The states that the video may be in, with the promises that are broken there. */
  get states(): string[] {
    const { chart } = this.#rules
    const told = this.#worlds.map((world) => {
      const why = broken(chart, world)
      const { name, context } = chart.facts(world.video)
      const known = [context.published?.video_id ?? 'nothing', ...context.orphans.map(({ id }) => id)]
      return `${name}: ${known.join(', ')}${why === null ? '' : ` (${why})`}`
    })
    return [...new Set(told)]
  }

  /** All worlds that are reached without anybody seeing it, and what can be seen next. */
  #around(): { moves: Move[] } {
    const reached = [...this.#worlds]
    const found = new Set(reached.map((world) => this.#keys.of(world)))
    const moves: Move[] = []
    for (const world of reached)
      for (const move of movesOf(this.#rules, world)) {
        if (move.kind !== 'step' || shown.test(move.does)) {
          moves.push(move)
          continue
        }
        const key = this.#keys.of(move.to)
        if (!found.has(key)) reached.push(move.to)
        found.add(key)
      }
    return { moves }
  }

  #different(worlds: readonly World[]): World[] {
    return [...new Map(worlds.map((world) => [this.#keys.of(world), world])).values()]
  }
}

/** That it may be answered later is between a node and its destination. */
const lineOf = ({ who, does }: Move): string => `${who} ${does.replace(/: no answer .*/, ': no answer')}`
