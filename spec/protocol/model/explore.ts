/** Every world that can be reached, breadth first, so that the way to one is among the shortest. */
import type { Move, World } from './world.js'

export interface Exploration {
  readonly worlds: readonly World[]
  /** Where it was stopped: the world that does not hold. */
  readonly broken: { readonly at: number; readonly why: string } | null
  /** How the world is reached. */
  readonly trace: (at: number) => readonly Move[]
}

export interface Exploring {
  readonly from: World
  readonly moves: (world: World) => Iterable<Move>
  /** Why the world must not be; null where it may. */
  readonly wrong: (world: World) => string | null
  /** Why nothing may end here; null where it may. Asked of worlds in which nothing goes on by itself. */
  readonly unfinished: (world: World) => string | null
}

export function explore({ from, moves, wrong, unfinished }: Exploring): Exploration {
  const keys = new Keys()
  const found = new Map<string, number>([[keys.of(from), 0]])
  const worlds = [from]
  const reachedFrom = [-1]
  const onward: number[][] = []
  const trace = (at: number): Move[] => {
    const indices: number[] = []
    for (let i = at; i >= 0; i = reachedFrom[i] ?? -1) indices.unshift(i)
    return indices.slice(1).map((index, n) => {
      const before = worlds[indices[n] ?? 0]
      const key = keys.of(worlds[index] ?? from)
      for (const move of moves(before ?? from)) if (keys.of(move.to) === key) return move
      throw new Error('the way is not found again')
    })
  }
  for (let at = 0; at < worlds.length; at++) {
    const world = worlds[at] ?? from
    const why = wrong(world)
    if (why !== null) return { worlds, broken: { at, why }, trace }
    const steps: number[] = []
    for (const { kind, to } of moves(world)) {
      const key = keys.of(to)
      let index = found.get(key)
      if (index === undefined) {
        index = worlds.push(keys.shared(to)) - 1
        found.set(key, index)
        reachedFrom.push(at)
      }
      if (kind === 'step') steps.push(index)
    }
    onward.push(steps)
    const stuck = steps.length === 0 ? unfinished(world) : null
    if (stuck !== null) return { worlds, broken: { at, why: stuck }, trace }
  }
  const circle = circling(onward)
  return { worlds, broken: circle === null ? null : { at: circle, why: 'it goes round in circles by itself' }, trace }
}

/** A world from which steps alone lead back to it: nothing would ever come to an end. */
function circling(onward: readonly (readonly number[])[]): number | null {
  const before = new Int32Array(onward.length)
  for (const steps of onward) for (const to of steps) before[to] = (before[to] ?? 0) + 1
  const free = [...onward.keys()].filter((at) => before[at] === 0)
  let seen = 0
  for (let at = free.pop(); at !== undefined; at = free.pop()) {
    seen++
    for (const to of onward[at] ?? []) {
      const left = (before[to] ?? 0) - 1
      before[to] = left
      if (left === 0) free.push(to)
    }
  }
  return seen === onward.length ? null : onward.findIndex((_, at) => (before[at] ?? 0) > 0)
}

/** A short name for each world, the same for equal ones: its parts are named once each, however many worlds share them. */
export class Keys {
  readonly #ofObject = new WeakMap<object, number>()
  readonly #ofText = new Map<string, number>()
  readonly #parts: object[] = []

  of(world: World): string {
    const { video, edit, uploads, threads, lives, unsettled, wire, landed, budget } = world
    const log = `${video},${this.#idOf('edit', edit)},${this.#idOf('uploads', uploads)}`
    const nodes = `${this.#idOf('threads', threads)},${this.#idOf('lives', lives)},${this.#idOf('unsettled', unsettled)}`
    const between = `${this.#idOf('wire', wire)},${this.#idOf('landed', landed)},${this.#idOf('budget', budget)}`
    return `${log},${nodes},${between}`
  }

  /** The same world made of the parts that others have. */
  shared(world: World): World {
    const shared: Record<string, unknown> = { ...world }
    for (const [name, part] of Object.entries(shared))
      if (isObject(part)) shared[name] = this.#parts[this.#idOf(name, part)]
    return shared as unknown as World
  }

  #idOf(name: string, part: object): number {
    const before = this.#ofObject.get(part)
    if (before !== undefined) return before
    let text = name
    for (const one of Object.values(part) as unknown[])
      text += `|${isObject(one) ? this.#idOf(`${name}.`, one) : String(one)}`
    let id = this.#ofText.get(text)
    if (id === undefined) {
      id = this.#parts.push(part) - 1
      this.#ofText.set(text, id)
    }
    this.#ofObject.set(part, id)
    return id
  }
}

const isObject = (part: unknown): part is object => typeof part === 'object' && part !== null
