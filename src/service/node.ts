/** A node: everything that runs, started in order and stopped in order. */
import { EventEmitter } from 'node:events'
import { rm } from 'node:fs/promises'
import { hostname } from 'node:os'
import { setTimeout as delay } from 'node:timers/promises'
import { mayBeAnnounced } from '../announce/message.js'
import type { Surroundings } from '../effects/location.js'
import { patiently } from '../effects/persist.js'
import { connect, type Db } from '../log/database.js'
import { listen, type Notice } from '../log/listen.js'
import { liveNodes, noteUrl } from '../log/nodes.js'
import { beginWebhooks } from '../log/webhooks.js'
import { Fetcher } from '../segments/peers/fetcher.js'
import { listChannels } from '../segments/store.js'
import { Announcing } from './announcing.js'
import type { Configuration } from './configuration.js'
import { Cutting } from './cutting.js'
import { Fetching } from './fetching.js'
import { askForLinks } from './linking.js'
import { offer, openLocations } from './locations.js'
import { runLoop } from './loop.js'
import { Metering } from './metering.js'
import { Minding } from './minding.js'
import { peersAmong } from './peers.js'
import { appear, type Presence } from './presence.js'
import { loseOwnAttempts, Reconciling } from './reconciling.js'
import { Wake } from './wake.js'
import { Watching } from './watching.js'

const closeMs = 3_000
/** For all loops but those that keep one each, and the one that the watching loop has its locks on. */
const connections = 6

export interface NodeOptions {
  readonly url: string
  readonly configuration: Configuration
  readonly version: string
  /** What operators should know, a line each: a lost connection, a database that is back. */
  readonly onNotice: (line: string) => void
}

export interface Health {
  readonly ok: boolean
  /** Why not. */
  readonly reason: string | null
}

export interface RunningNode {
  readonly name: string
  readonly db: Db
  /** Calls back on every notice and on every (re)connection. Returns what ends that. */
  onNews(listener: () => void): () => void
  health(): Health
  /** Says where other nodes reach this one's HTTP, now that it listens. @throws the reason of its stop, where the database is away. */
  reachedAt(address: string): Promise<void>
  /** Rejects when a loop dies of a bug or the name is lost; never resolves. */
  readonly died: Promise<never>
  /** No new claims; work in flight may go on for the grace period, then what is only claimed is given back. */
  stop(): Promise<void>
}

/** @throws NameTaken, or the database's error. */
export async function startNode({ url, configuration, version, onNotice }: NodeOptions): Promise<RunningNode> {
  const { node: name, segments, temporary, graceSeconds, webhooks } = configuration
  const trouble = troubleReport(onNotice)
  const db = connect({
    url,
    name: `reelstate ${name}`,
    // whoever tells a webhook keeps a connection for it
    connections: connections + webhooks.length,
    onLost: trouble.report,
  })
  const metering = new Metering(name)
  const locations = openLocations(configuration, (...call) => metering.count(...call))
  const around: Surroundings = {
    node: name,
    onlyNamed: configuration.onlyNamed,
    segmentsRoot: segments,
    temporaryFolder: temporary,
    locations,
    random: Math.random,
    databaseGraceMs: 60_000,
  }
  const started: (() => Promise<unknown>)[] = [() => db.end()]
  const undo = async (): Promise<void> => {
    for (const close of started.reverse()) await close()
  }
  try {
    const presence: Presence = await appear(
      db,
      url,
      {
        name,
        host: hostname(),
        pid: process.pid,
        version,
        locations: offer(locations),
        channels: await listChannels(segments),
        onlyNamed: configuration.onlyNamed,
      },
      { trouble: trouble.report, alive: trouble.over },
    )
    started.push(() => presence.leave())
    await loseOwnAttempts(db, name)
    // the name is this node's alone now, so nobody works with what a crash has left there
    await rm(temporary, { recursive: true, force: true })

    const stopping = new AbortController()
    const stopped = new AbortController()
    const wakes = {
      cutting: new Wake(),
      linking: new Wake(),
      reconciling: new Wake(),
      watching: new Wake(),
      metering: new Wake(),
      minding: new Wake(),
    }
    // what was spent since the last round
    started.push(() => metering.flush(db).catch(trouble.report))
    const watching = new Watching({ db, around, onNotice, stopping: stopping.signal })
    started.push(() => Promise.resolve(watching.close()))
    const own = { host: hostname(), url: configuration.url }
    const { fetch } = configuration
    const fetching =
      fetch === null
        ? null
        : new Fetching({
            ...{ node: name, fetcher: new Fetcher(segments, fetch), seconds: fetch.seconds },
            peers: async () => peersAmong(await liveNodes(db, name), fetch.peers, own),
            onDone: () => wakes.cutting.ring(),
            ...{ onNotice, stopping: stopping.signal },
          })
    started.push(async () => fetching?.close())
    const cutting = new Cutting(
      db,
      around,
      { onTrouble: trouble.report, onNotice, onUnsettled: () => wakes.reconciling.ring() },
      stopping.signal,
      fetching,
    )
    const minding = new Minding(db, around, stopping.signal)
    const reconciling = new Reconciling(db, around, stopping.signal, cutting)
    await beginWebhooks(
      db,
      webhooks.map((hook) => hook.name),
    )
    const announcing = webhooks.map(
      (hook) => new Announcing({ db, hook, onNotice, random: Math.random, stopping: stopping.signal }),
    )
    started.push(() => Promise.resolve(announcing.forEach((one) => one.close())))
    const news = new EventEmitter().setMaxListeners(0)
    const listening = await listen(url, `reelstate ${name} listener`, {
      onNotice(notice: Notice) {
        // a location that is paused, resumed or tried changes what may be claimed, and when
        if (notice.state === 'EDITED' || notice.stream.startsWith('location/')) wakes.cutting.ring()
        if (notice.state === 'EDITED') wakes.linking.ring()
        if (notice.state === 'FINALIZING.RECONCILING') wakes.reconciling.ring()
        if (notice.state === 'TRANSCODING' || notice.state === 'MODIFIED') wakes.watching.ring()
        if (mayBeAnnounced(notice)) for (const one of announcing) one.hear()
        if (notice.id !== null) {
          cutting.hear(notice.id)
          fetching?.hear(notice.id, notice.state)
        }
        news.emit('news')
      },
      onConnected() {
        trouble.over()
        minding.doubt()
        for (const wake of Object.values(wakes)) wake.ring()
        for (const one of announcing) one.hear()
        cutting.hear()
        news.emit('news')
      },
      onLost: trouble.report,
    })
    started.push(() => listening.close())

    const loops = [
      runLoop({
        wake: wakes.cutting,
        round: () => cutting.round(),
        signal: stopping.signal,
        onTrouble: trouble.report,
      }),
      runLoop({
        wake: wakes.linking,
        round: () => askForLinks(db, around, stopping.signal),
        signal: stopping.signal,
        onTrouble: trouble.report,
      }),
      runLoop({
        wake: wakes.reconciling,
        round: () => reconciling.round(),
        signal: stopping.signal,
        onTrouble: trouble.report,
      }),
      runLoop({
        wake: wakes.watching,
        round: () => watching.round(),
        signal: stopping.signal,
        onTrouble: trouble.report,
      }),
      runLoop({
        wake: wakes.metering,
        round: () => metering.round(db),
        signal: stopping.signal,
        onTrouble: trouble.report,
      }),
      runLoop({
        wake: wakes.minding,
        round: () => minding.round(),
        signal: stopping.signal,
        onTrouble(error) {
          minding.doubt()
          trouble.report(error)
        },
      }),
      ...announcing.map((one) =>
        runLoop({ wake: one.wake, round: () => one.round(), signal: stopping.signal, onTrouble: trouble.report }),
      ),
    ]
    // also while the last work is finished
    const checking = runLoop({
      wake: cutting.doubt,
      round: () => cutting.check(),
      signal: stopped.signal,
      onTrouble: trouble.report,
    })
    const died = Promise.race([
      presence.lost,
      ...(fetching === null ? [] : [fetching.broken]),
      ...[...loops, checking].map((loop) => loop.then(() => new Promise<never>(() => undefined))),
    ])
    died.catch(() => undefined)

    return {
      name,
      db,
      onNews(listener) {
        news.on('news', listener)
        return () => news.off('news', listener)
      },
      health: trouble.health,
      async reachedAt(address) {
        own.url = address
        await patiently(() => noteUrl(db, name, address), { graceMs: Infinity, signal: stopping.signal })
      },
      died,
      async stop() {
        stopping.abort()
        const finished = Promise.allSettled(loops)
        const grace = new AbortController()
        await Promise.race([
          finished,
          delay(graceSeconds * 1000, undefined, { signal: grace.signal }).catch(() => undefined),
        ])
        grace.abort()
        cutting.shutDown()
        // what is still finalizing is left to reconcile
        await Promise.race([finished, delay(5_000, undefined, { ref: false })])
        stopped.abort()
        // a goodbye to a database that does not answer is not worth waiting for: its locks fall with our connections
        await Promise.race([undo(), delay(closeMs, undefined, { ref: false })])
      },
    }
  } catch (error) {
    await undo()
    throw error
  }
}

/** Says each kind of trouble once until it is over, and keeps it for the health check. */
function troubleReport(onNotice: (line: string) => void) {
  let current: string | null = null
  return {
    report: (error: Error): void => {
      const line = `the database is away (${error.message}); trying again`
      if (current === null) onNotice(line)
      current = line
    },
    over: (): void => {
      if (current !== null) onNotice('the database is back')
      current = null
    },
    health: (): Health => ({ ok: current === null, reason: current }),
  }
}
