/** What is wrong with the database, as each part of a node meets it: said once when it begins and once when it is over. */
import { databaseTrouble } from '../log/connectionError.js'
import type { OnNotice } from '../observe/notice.js'

/** For one part, such as a loop, whose connections are its own: what one of them meets, another may not. */
export interface TroubleReport {
  readonly begun: (error: Error) => void
  /** It has got through. */
  readonly over: () => void
}

export interface Health {
  readonly ok: boolean
  /** Why not. */
  readonly reason: string | null
  /** What somebody should look at, though the node does its work. */
  readonly warnings: readonly string[]
}

export class Troubles {
  /** By whom it is met, the oldest first. */
  readonly #current = new Map<string, string>()
  readonly #warnings = new Map<string, readonly string[]>()

  constructor(private readonly onNotice: OnNotice) {}

  of(part: string): TroubleReport {
    return {
      begun: (error) => {
        const line = databaseTrouble(error)
        if (this.#current.size === 0) this.onNotice(`${line}; trying again`, { loop: part, level: 'error' })
        this.#current.set(part, line)
      },
      over: () => {
        if (this.#current.delete(part) && this.#current.size === 0)
          this.onNotice('the database is back', { loop: part })
      },
    }
  }

  /** Replaces what `part` has warned of; each line is said once for as long as it stands. */
  warn(part: string, lines: readonly string[]): void {
    const before = this.#warnings.get(part) ?? []
    this.#warnings.set(part, lines)
    for (const line of lines) if (!before.includes(line)) this.onNotice(line, { loop: part, level: 'warn' })
  }

  readonly health = (): Health => {
    const [reason] = this.#current.values()
    return { ok: reason === undefined, reason: reason ?? null, warnings: [...this.#warnings.values()].flat() }
  }
}
