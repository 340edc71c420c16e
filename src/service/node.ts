/** A node: everything that runs, started in order and stopped in order. */
import { EventEmitter, setMaxListeners } from 'node:events'
import { rm } from 'node:fs/promises'
import { hostname } from 'node:os'
import { setTimeout as delay } from 'node:timers/promises'
import { mayPause } from '../announce/locationMessage.js'
import { mayBeAnnounced } from '../announce/message.js'
import type { Surroundings } from '../effects/location.js'
import { endless, patiently } from '../effects/persist.js'
import type { Db } from '../log/database.js'
import { listen, type Notice } from '../log/listen.js'
import { liveNodes, noteUrl } from '../log/nodes.js'
import { endOfLog } from '../log/tail.js'
import { beginWebhooks } from '../log/webhooks.js'
import { Following } from '../observe/following.js'
import { type Meter, noMeter } from '../observe/meter.js'
import type { OnNotice } from '../observe/notice.js'
import type { Observer } from '../observe/observer.js'
import { Fetcher } from '../segments/peers/fetcher.js'
import { listChannels } from '../segments/store.js'
import { Announcing } from './announcing.js'
import { keepBoard } from './boardKeeping.js'
import type { Configuration } from './configuration.js'
import { Covering } from './covering.js'
import { Cutting } from './cutting.js'
import { fetchKey } from './fetchKey.js'
import { Fetching } from './fetching.js'
import { askForLinks } from './linking.js'
import { offer, openLocations } from './locations.js'
import { type Health, Troubles } from './health.js'
import { type Loop, LoopDied, runLoop } from './loop.js'
import { measured } from './measured.js'
import { Metering } from './metering.js'
import { Minding } from './minding.js'
import { peersAmong } from './peers.js'
import { openPools } from './pools.js'
import { appear } from './presence.js'
import { loseOwnAttempts, Reconciling } from './reconciling.js'
import { TailWatch } from './tailWatch.js'
import { Wake } from './wake.js'
import { Watching } from './watching.js'

const closeMs = 3_000
/** An upload waits so long for a database that is away: for as long as a standby usually takes to take over, and some. */
const databaseGraceMs = 300_000

export interface NodeOptions {
  readonly url: string
  readonly configuration: Configuration
  readonly version: string
  /** What operators should know, a line each: a lost connection, a database that is back. */
  readonly onNotice: OnNotice
  /** Counts what the log does not say. */
  readonly meter?: Meter
  /** Who looks on while the log grows, over connections for pages. */
  readonly observers?: (db: Db) => readonly Observer[]
}

export interface RunningNode {
  readonly name: string
  /** For pages, and whatever else is asked of it from outside: no loop waits for these connections. */
  readonly db: Db
  /** What it publishes to. */
  readonly locations: Surroundings['locations']
  /** Calls back on every notice and on every (re)connection. Returns what ends that. */
  onNews(listener: () => void): () => void
  health(): Health
  /** For how long something has been in the log that cannot be read yet. */
  behindSeconds(): number
  /** Says where other nodes reach this one's HTTP, now that it listens. @throws the reason of its stop, where the database is away. */
  reachedAt(address: string): Promise<void>
  /** Rejects when a loop dies of a bug or the name is lost; never resolves. */
  readonly died: Promise<never>
  /** No new claims; work in flight may go on for the grace period, then what is only claimed is given back. */
  stop(): Promise<void>
}

/** @throws NameTaken, or the database's error. */
export async function startNode({
  url,
  configuration,
  version,
  onNotice,
  meter = noMeter,
  observers = () => [],
}: NodeOptions): Promise<RunningNode> {
  const { node: name, segments, temporary, graceSeconds, onlyNamed } = configuration
  const troubles = new Troubles(onNotice)
  const pools = openPools(url, name)
  const started: (() => Promise<unknown>)[] = [() => pools.end()]
  // a goodbye to a database that does not answer is not worth waiting for: its locks fall with our connections
  const undo = async (): Promise<void> => {
    const closing = async (): Promise<void> => {
      for (const close of started.reverse()) await close()
    }
    await Promise.race([closing(), delay(closeMs, undefined, { ref: false })])
  }
  const metering = new Metering(name)
  const locations = measured(
    openLocations(configuration, (...call) => metering.count(...call)),
    meter,
  )
  const around: Surroundings = {
    node: name,
    onlyNamed,
    segmentsRoot: segments,
    temporaryFolder: temporary,
    locations,
    random: Math.random,
    databaseGraceMs,
    waiting: troubles.of('work'),
  }
  try {
    const pulse = pools.of('pulse')
    const presence = await appear({
      url,
      pulse,
      node: {
        name,
        host: hostname(),
        pid: process.pid,
        version,
        locations: offer(locations),
        // where the disk can't be read for now the minding loop says so, and lists them later
        channels: await listChannels(segments).catch(() => []),
        onlyNamed,
      },
      beating: troubles.of('beats'),
      holding: troubles.of('name'),
    })
    started.push(() => presence.leave())

    const stopping = new AbortController()
    // as many as there are loops
    setMaxListeners(0, stopping.signal)
    const stopped = new AbortController()
    const wakes = {
      cutting: new Wake(),
      linking: new Wake(),
      reconciling: new Wake(),
      watching: new Wake(),
      metering: new Wake(),
      board: new Wake(),
      minding: new Wake(),
      tail: new Wake(),
      coverage: new Wake(),
    }
    // what has broken while nobody needed it is looked into at once
    const cuttingDb = pools.of('cutting', () => wakes.cutting.ring())
    const reconcilingDb = pools.of('reconciling', () => wakes.reconciling.ring())
    const watchingDb = pools.of('watching', () => wakes.watching.ring())
    const mindingDb = pools.of('minding', () => {
      minding.doubt()
      wakes.minding.ring()
    })
    const minding = new Minding(mindingDb, around, stopping.signal, (lines) => troubles.warn('segments', lines))
    const choresDb = pools.of('chores', () => wakes.linking.ring())
    const pages = pools.of('pages')
    const begun = await endOfLog(pages)
    const news = new EventEmitter().setMaxListeners(0)
    const onNews = (listener: () => void): (() => void) => {
      news.on('news', listener)
      return () => void news.off('news', listener)
    }
    const following = new Following({ db: pages, from: begun, wakeups: onNews, observers: observers(pages) })
    started.push(() => following.close())
    await loseOwnAttempts(cuttingDb, name)
    // the name is this node's alone now, so nobody works with what a crash has left there
    await rm(temporary, { recursive: true, force: true })

    // what was spent since the last round
    started.push(() => metering.flush(choresDb).catch(() => undefined))
    const noticeOf =
      (loop: string): OnNotice =>
      (line, about) =>
        onNotice(line, { loop, ...about })
    const watching = new Watching({
      ...{ db: watchingDb, around, onNotice: noticeOf('watching'), stopping: stopping.signal },
    })
    started.push(() => Promise.resolve(watching.close()))
    const own = { host: hostname(), url: configuration.url }
    const { fetch } = configuration
    const fetching =
      fetch === null
        ? null
        : new Fetching({
            ...{ node: name, fetcher: new Fetcher(segments, fetch), seconds: fetch.seconds },
            peers: async () =>
              peersAmong(await liveNodes(cuttingDb, name), fetch.peers, own, await fetchKey(fetch, onNotice)),
            onDone: () => wakes.cutting.ring(),
            ...{ onNotice: noticeOf('fetching'), stopping: stopping.signal },
          })
    started.push(async () => fetching?.close())
    const cutting = new Cutting(
      cuttingDb,
      around,
      { onNotice: noticeOf('cutting'), onUnsettled: () => wakes.reconciling.ring() },
      stopping.signal,
      fetching,
      meter,
    )
    const reconciling = new Reconciling(reconcilingDb, around, stopping.signal, cutting)
    const covering = new Covering({
      db: pools.of('coverage', () => wakes.coverage.ring()),
      node: name,
      root: segments,
      everySeconds: configuration.coverage?.everySeconds ?? null,
      now: Date.now,
      warn: (lines) => troubles.warn('coverage', lines),
      stopping: stopping.signal,
    })
    const tailWatch = new TailWatch({
      db: mindingDb,
      warn(lines) {
        troubles.warn('tail', lines)
        meter.heldUp(lines.length)
      },
      now: Date.now,
    })
    await beginWebhooks(
      choresDb,
      configuration.webhooks.map((hook) => hook.name),
    )
    const announcing = configuration.webhooks.map((hook) => {
      const db = pools.ofWebhook(hook.name, () => one.wake.ring())
      const said = noticeOf(`announcing ${hook.name}`)
      const one: Announcing = new Announcing({
        ...{ db, hook, onNotice: said, random: Math.random, stopping: stopping.signal },
      })
      return one
    })
    started.push(() => Promise.resolve(announcing.forEach((one) => one.close())))
    const listenerTrouble = troubles.of('listener')
    let hasListened = false
    const listening = await listen(
      { url, name: `reelstate ${name} listener`, db: pulse },
      {
        onNotice(notice: Notice) {
          // a location that is paused, resumed or tried changes what may be claimed, and when
          if (notice.state === 'EDITED' || notice.stream.startsWith('location/')) wakes.cutting.ring()
          if (notice.state === 'EDITED') wakes.linking.ring()
          if (notice.state === 'FINALIZING.RECONCILING') wakes.reconciling.ring()
          if (notice.state === 'TRANSCODING' || notice.state === 'MODIFIED') wakes.watching.ring()
          if (mayBeAnnounced(notice) || mayPause(notice)) for (const one of announcing) one.hear()
          following.hear(notice)
          if (notice.id !== null) {
            cutting.hear(notice.id)
            fetching?.hear(notice.id, notice.state)
          }
          news.emit('news')
        },
        onConnected() {
          listenerTrouble.over()
          if (hasListened) minding.doubt()
          hasListened = true
          for (const wake of Object.values(wakes)) wake.ring()
          for (const one of announcing) one.hear()
          cutting.hear()
          news.emit('news')
        },
        onLost: listenerTrouble.begun,
      },
    )
    started.push(() => listening.close())

    type Round = Loop['round']
    const loop = (part: string, wake: Wake, round: Round, signal = stopping.signal): Promise<void> =>
      runLoop({ name: part, wake, round, signal, trouble: troubles.of(part) })
    const mindingTrouble = troubles.of('minding')
    const loops = [
      loop('cutting', wakes.cutting, () => cutting.round()),
      loop('linking', wakes.linking, () => askForLinks(choresDb, around, stopping.signal)),
      loop('reconciling', wakes.reconciling, () => reconciling.round()),
      loop('watching', wakes.watching, () => watching.round()),
      loop('metering', wakes.metering, () => metering.round(choresDb)),
      loop('board', wakes.board, () => keepBoard(choresDb)),
      loop('tail', wakes.tail, () => tailWatch.round()),
      loop('coverage', wakes.coverage, () => covering.round()),
      runLoop({
        name: 'minding',
        wake: wakes.minding,
        round: () => minding.round(),
        signal: stopping.signal,
        trouble: {
          begun(error) {
            minding.doubt()
            mindingTrouble.begun(error)
          },
          over: mindingTrouble.over,
        },
      }),
      ...announcing.map((one) => loop(`announcing ${one.name}`, one.wake, () => one.round())),
    ]
    // also while the last work is finished
    const checking = loop('checking', cutting.doubt, () => cutting.check(), stopped.signal)
    // what the grace and more were too short for ends with our connections: that is no bug of it
    let isLeftBehind = false
    const died: Promise<never> = Promise.race([
      presence.lost,
      following.running
        .catch((error: unknown) => Promise.reject(new LoopDied('observing', error)))
        .then(() => new Promise<never>(() => undefined)),
      ...(fetching === null
        ? []
        : [fetching.broken.catch((error: unknown) => Promise.reject(new LoopDied('fetching', error)))]),
      ...[...loops, checking].map((one) => one.then(() => new Promise<never>(() => undefined))),
    ]).catch((error: unknown) => {
      if (isLeftBehind) return new Promise<never>(() => undefined)
      throw error
    })
    died.catch(() => undefined)

    return {
      name,
      db: pages,
      locations,
      onNews,
      health: troubles.health,
      behindSeconds: () => following.behindSeconds(),
      async reachedAt(address) {
        own.url = address
        await patiently(() => noteUrl(choresDb, name, address), endless(around, stopping.signal))
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
        isLeftBehind = true
        // while the database can still be asked what was done last
        await following.close()
        await undo()
      },
    }
  } catch (error) {
    await undo()
    throw error
  }
}
