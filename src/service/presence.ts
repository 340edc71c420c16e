/** A node's presence: its name is its own by a lock that falls with its connection, and it beats so that others see it live. */
import pg from 'pg'
import { setTimeout as delay } from 'node:timers/promises'
import type { Db } from '../log/database.js'
import { beat, endSilentHolder, listNodes, lockName, type NodeRecord, registerNode, signOff } from '../log/nodes.js'

const beatMs = 3_000
/** A server needs a moment to notice that a killed node's connection is gone. */
const lockPatienceMs = 5_000

/** Thrown when another process has this node's name. Its message is for the operator. */
export class NameTaken extends Error {
  override readonly name = 'NameTaken'
}

/** What operators should know of it. */
export interface Signs {
  readonly trouble: (error: Error) => void
  /** The database has taken a beat. */
  readonly alive: () => void
}

export interface Presence {
  /** Rejects when the name can no longer be held; never resolves. */
  readonly lost: Promise<never>
  leave(): Promise<void>
}

/** Takes the name, registers, and beats until `leave`. @throws NameTaken */
export async function appear(
  db: Db,
  url: string,
  node: NodeRecord,
  { trouble: onTrouble, alive }: Signs,
): Promise<Presence> {
  let lock = await takeName(db, url, node.name)
  let left = false
  const lost = new Promise<never>((_, reject) => {
    const regain = (error: Error): void => {
      if (left) return
      onTrouble(error)
      takeNameAgain(db, url, node.name, () => left)
        .then((again) => {
          if (!again) return
          // told to leave while it was on its way
          if (left) return void again.end().catch(onTrouble)
          lock = again
          lock.once('error', regain)
        })
        .catch(reject)
    }
    lock.once('error', regain)
  })
  // whoever waits for it hears of it; nobody waiting is no reason to crash
  lost.catch(() => undefined)
  try {
    await registerNode(db, node)
  } catch (error) {
    left = true
    await lock.end().catch(onTrouble)
    throw error
  }
  const timer = setInterval(() => void beat(db, node.name).then(alive, onTrouble), beatMs)
  return {
    lost,
    async leave() {
      left = true
      clearInterval(timer)
      await signOff(db, node.name).catch(onTrouble)
      await lock.end().catch(onTrouble)
    },
  }
}

async function takeName(db: Db, url: string, name: string): Promise<pg.Client> {
  const client = new pg.Client({
    connectionString: url,
    application_name: `reelstate ${name}`,
    keepAlive: true,
    connectionTimeoutMillis: 8_000,
  })
  // one that is ended from afar says so twice, and nobody listening to the second would end the process
  client.on('error', () => undefined)
  await client.connect()
  try {
    for (const until = performance.now() + lockPatienceMs; ;) {
      if (await lockName(client, name)) return client
      if (performance.now() > until) break
      await endSilentHolder(client, name)
      await delay(100)
    }
  } catch (error) {
    await client.end().catch(() => undefined)
    throw error
  }
  await client.end()
  const other = (await listNodes(db)).find((node) => node.name === name)
  throw new NameTaken(
    `a node named "${name}" is running already${other ? `, on ${other.host} (process ${other.pid}) since ${other.startedAt}` : ''}: stop it, or give this one another name with --name`,
  )
}

async function takeNameAgain(db: Db, url: string, name: string, stopped: () => boolean): Promise<pg.Client | null> {
  for (let waitMs = 200; !stopped(); waitMs = Math.min(waitMs * 2, 5_000)) {
    try {
      return await takeName(db, url, name)
    } catch (error) {
      if (error instanceof NameTaken) throw error
      await delay(waitMs)
    }
  }
  return null
}
