/** A node's connections to PostgreSQL: each loop has its own, so that a statement of one that is stuck holds up no other. */
import { connect, type Db } from '../log/database.js'
import { pulseMs } from './presence.js'

/** So many at the most, by what they are for; they are opened as needed, and closed when nobody has needed them for 10 s. */
const connections = {
  /** The work in flight, how far it is, and whether it is still this node's. */
  cutting: 3,
  /** Asking what became of uploads whose node is gone. */
  reconciling: 1,
  /** What destinations have; and, as long as the node runs, the locks of who watches what. */
  watching: 2,
  /** Looking after what other nodes have in hand; and, so often that a connection is worth keeping, for transactions left open. */
  minding: 2,
  /** Links that are waited for, quota: none of it is urgent. */
  chores: 1,
  /** What there is of the footage: a statement for each hour that has changed. */
  coverage: 1,
  /** Beats; asking the connection that listens whether it hears. */
  pulse: 2,
  /** Pages, and whatever else is asked of a node from outside. */
  pages: 4,
} as const

export type Part = keyof typeof connections

/** One that listens and one that has the node's name, both for as long as the node runs. */
const besidePools = 2

/** How many connections a node opens at the most. Each webhook has one, for as long as the node runs. */
export const mostConnections = (webhooks: number): number =>
  Object.values(connections).reduce((sum, each) => sum + each, besidePools + webhooks)

export interface Pools {
  /** @param onLost an idle connection broke: whoever uses them may want to see what else has. */
  of(part: Part, onLost?: () => void): Db
  ofWebhook(webhook: string, onLost: () => void): Db
  end(): Promise<void>
}

export function openPools(url: string, node: string): Pools {
  const opened: Db[] = []
  const open = (part: string, size: number, onLost: () => void, statementMs?: number): Db => {
    const name = `reelstate ${node} ${part}`
    const pool = connect({ url, name, connections: size, onLost, ...(statementMs !== undefined && { statementMs }) })
    opened.push(pool)
    return pool
  }
  return {
    of: (part, onLost = () => undefined) =>
      open(part, connections[part], onLost, part === 'pulse' ? pulseMs : undefined),
    ofWebhook: (webhook, onLost) => open(`webhook ${webhook}`, 1, onLost),
    end: async () => void (await Promise.all(opened.map((pool) => pool.end()))),
  }
}
