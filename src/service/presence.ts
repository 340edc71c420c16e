/** A node's presence: its name is its own by a lock that falls with its connection, and it beats so that others see it live. */
import pg from 'pg'
import { setTimeout as delay } from 'node:timers/promises'
import { isConnectionError } from '../log/connectionError.js'
import type { Db } from '../log/database.js'
import {
  beat,
  endHolder,
  endSilentHolder,
  listNodes,
  lockName,
  type NodeRecord,
  registerNode,
  type SeenNode,
  signOff,
} from '../log/nodes.js'
import { session } from '../log/session.js'
import type { TroubleReport } from './health.js'

const beatMs = 3_000
const shortestBeatMs = 3_000
/** After a beat that failed: others count the silence. */
const beatAgainMs = 500
/** A server needs a moment to notice that a killed node's connection is gone. */
const lockPatienceMs = 5_000
const longestPauseMs = 2_000

/** Thrown when another process has this node's name. Its message is for the operator. */
export class NameTaken extends Error {
  override readonly name = 'NameTaken'
}

export interface Appearing {
  readonly url: string
  /** For beats: what hangs there is given up within `pulseMs`. */
  readonly pulse: Db
  readonly node: NodeRecord
  readonly beating: TroubleReport
  readonly holding: TroubleReport
}

/**
 * How long one beat may take, in milliseconds: 3 s, for the server that it went to may be gone and another one there, and the others
 * count the silence; but twice as long after each that took too long, for it may just be slow, at most this.
 */
export const pulseMs = 12_000

export interface Presence {
  /** Rejects when the name can no longer be held, or beating fails of a bug; never resolves. */
  readonly lost: Promise<never>
  leave(): Promise<void>
}

/** A connection that has a node's name. */
interface Lock {
  readonly client: pg.Client
  /** The server's process. */
  readonly pid: number
  /** Resolves once the connection has broken. */
  readonly lost: Promise<Error>
}

/** Takes the name, registers, and beats until `leave`. @throws NameTaken */
export async function appear({ url, pulse, node, beating, holding }: Appearing): Promise<Presence> {
  const { name } = node
  const leaving = new AbortController()
  const { signal } = leaving
  const never = new Promise<never>(() => undefined)
  let lock = await takeName(url, name, lockPatienceMs, (on) => endSilentHolder(on, name))
  try {
    await registerNode(pulse, node)
  } catch (error) {
    await lock.client.end().catch(() => undefined)
    throw error
  }

  async function hold(): Promise<never> {
    for (;;) {
      const error = await lock.lost
      if (signal.aborted) return never
      holding.begun(error)
      const again = await takeNameAgain(url, node, lock.pid, { signal, holding })
      if (again === null) return never
      lock = again
      holding.over()
    }
  }

  async function goOnBeating(): Promise<never> {
    let waitMs = beatMs
    let withinMs = shortestBeatMs
    for (;;) {
      await delay(waitMs, undefined, { signal }).catch(() => undefined)
      if (signal.aborted) return never
      try {
        await beat(pulse, name, withinMs)
        beating.over()
        waitMs = beatMs
        withinMs = shortestBeatMs
      } catch (error) {
        if (!isConnectionError(error)) throw error
        beating.begun(error)
        waitMs = beatAgainMs
        if (/timeout/.test(error.message)) withinMs = Math.min(pulseMs, withinMs * 2)
      }
    }
  }

  const lost = Promise.race([hold(), goOnBeating()])
  // whoever waits for it hears of it; nobody waiting is no reason to crash
  lost.catch(() => undefined)
  return {
    lost,
    async leave() {
      leaving.abort()
      await signOff(pulse, name).catch(beating.begun)
      await lock.client.end().catch(() => undefined)
    },
  }
}

/** @param free does what can be done about whatever has the name. @throws NameTaken after `patienceMs`, or what `free` throws. */
async function takeName(
  url: string,
  name: string,
  patienceMs: number,
  free: (on: pg.Client) => Promise<void>,
): Promise<Lock> {
  const client = new pg.Client(session({ url, name: `reelstate ${name}` }))
  const lost = new Promise<Error>((resolve) => client.once('error', resolve))
  // one that is ended from afar says so twice, and nobody listening to the second would end the process
  client.on('error', () => undefined)
  await client.connect()
  try {
    for (const until = performance.now() + patienceMs; ;) {
      const pid = await lockName(client, name)
      if (pid !== null) return { client, pid, lost }
      if (performance.now() > until) throw nameTaken(name, await listNodes(client))
      await free(client)
      await delay(100)
    }
  } catch (error) {
    await client.end().catch(() => undefined)
    throw error
  }
}

function nameTaken(name: string, nodes: readonly SeenNode[]): NameTaken {
  const other = nodes.find((node) => node.name === name)
  const where = other ? `, on ${other.host} (process ${other.pid}) since ${other.startedAt}` : ''
  return new NameTaken(
    `a node named "${name}" is running already${where}: stop it, or give this one another name with --name`,
  )
}

/**
 * After the connection that had the name was lost. The server may not have noticed, and hold the name for it still: that is ended,
 * and as long as nobody else has registered by the name, its end is waited for. null where `signal` came first. @throws NameTaken
 */
async function takeNameAgain(
  url: string,
  { name, host, pid }: NodeRecord,
  former: number,
  { signal, holding }: { readonly signal: AbortSignal; readonly holding: TroubleReport },
): Promise<Lock | null> {
  const free = async (on: pg.Client): Promise<void> => {
    signal.throwIfAborted()
    await endHolder(on, name, former)
    const nodes = await listNodes(on)
    if (nodes.some((node) => node.name === name && (node.host !== host || node.pid !== pid)))
      throw nameTaken(name, nodes)
  }
  for (let waitMs = 200; !signal.aborted; waitMs = Math.min(waitMs * 2, longestPauseMs)) {
    try {
      const lock = await takeName(url, name, Infinity, free)
      if (!signal.aborted) return lock
      // told to leave while it was on its way
      await lock.client.end().catch(() => undefined)
    } catch (error) {
      if (error instanceof NameTaken) throw error
      if (!signal.aborted && error instanceof Error) holding.begun(error)
    }
    await delay(waitMs, undefined, { signal }).catch(() => undefined)
  }
  return null
}
