/**
 * What is shown live, read once for all clients: the newest events, how many videos are in each state and how many others need a person,
 * how far the running cuts are, and whether all of that is up to date. Clients take from it what they have not sent yet; it never waits
 * for one.
 */
import { setTimeout as delay } from 'node:timers/promises'
import { videoStream } from '../log/append.js'
import { type BesideErrors, countBesideErrors } from '../log/attention.js'
import { isConnectionError } from '../log/connectionError.js'
import type { Db } from '../log/database.js'
import { follow, type Wakeups } from '../log/follow.js'
import type { Recorded } from '../log/read.js'
import { type Cursor, endOfLog, readTail } from '../log/tail.js'
import { countsByState } from '../log/counts.js'
import { type RunningCut, runningCuts, titlesOf } from '../log/videos.js'
import { formatCursor, isAfter } from './cursor.js'

/** An event as clients get it: without its data, which can be asked for. */
export interface ShownEvent {
  readonly id: string
  readonly position: string
  /** null for an event of another stream than a video's. */
  readonly video: string | null
  readonly stream: string
  readonly version: number
  readonly type: string
  readonly state: string
  /** The video's title now. */
  readonly title: string | null
  readonly actor: string | null
  readonly node: string | null
  readonly recordedAt: string
}

/** An event, its place in the log, and how it is written to whoever listens: once for all of them. */
export interface Fed {
  readonly at: Cursor
  readonly event: ShownEvent
  readonly frame: string
}

export interface Feed {
  /** Null while what is here is up to date, else why not. */
  readonly trouble: string | null
  readonly counts: Readonly<Record<string, number>>
  /** Null until they have been counted. */
  readonly besideErrors: BesideErrors | null
  readonly cuts: readonly RunningCut[]
  /** The place of the newest event that is in memory; null until the log has been read. */
  readonly end: Cursor | null
  /** All events after `cursor`, in order, from memory; null where that does not reach back so far. */
  since(cursor: Cursor): readonly Fed[] | null
  /** Up to a page of events after `cursor`, in order, from the database: for a client that is far behind. @param video only its own. */
  older(cursor: Cursor, video: string | null): Promise<readonly Fed[]>
  /** Resolves as soon as anything has changed since `revision`, or `signal` is aborted. */
  changed(revision: number, signal: AbortSignal): Promise<void>
  readonly revision: number
  /** Whether `close` has been called: nothing more will come. */
  readonly closed: boolean
  /** How many listen now. */
  readonly listeners: number
  /** One more who listens; the answer ends that. Null where as many do already as may. */
  join(): (() => void) | null
  /** Stops reading, and waits for what is being read; of a database that does not answer only for a moment. */
  close(): Promise<void>
}

export interface FeedOptions {
  readonly db: Db
  readonly wakeups: Wakeups
  /** How many may listen at once. Default 2,000. */
  readonly clients?: number
  /** How many of the newest events stay in memory. Default 500. */
  readonly keep?: number
  readonly onTrouble?: (error: unknown) => void
}

const counted = ['counts', 'warnings'] as const
type Counted = (typeof counted)[number]

const page = 200
const countsEveryMs = 200
// warnings may be many, and are looked at each by itself
const besideErrorsEveryMs = 1_000
const progressEveryMs = 1_000
// so often it is found out that the database has gone although nobody says so
const sweepMs = 5_000
// a question on a connection that has fallen silent is given up by the pool after a minute: nobody who stops a node waits for that
const closeMs = 2_000

export function openFeed({ db, wakeups, clients = 2_000, keep = 500, onTrouble = () => undefined }: FeedOptions): Feed {
  const closing = new AbortController()
  const { signal } = closing
  const waiting = new Set<() => void>()
  const recent: Fed[] = []
  /** Just before the first of `recent`; null until the log has been read. */
  let reachesBackTo: Cursor | null = null
  /** What is not up to date, and why. */
  const troubles = new Map(['log', ...counted].map((of) => [of, 'the database has not answered yet']))
  let counts: Record<string, number> = {}
  let besideErrors: BesideErrors | null = null
  let cuts: readonly RunningCut[] = []
  let revision = 0
  /** What may have become another number. */
  const wanted = new Set<string>(counted)
  let listening = 0

  const change = (): void => {
    revision++
    for (const wake of [...waiting]) wake()
  }
  const setTrouble = (of: string, why: string | null): void => {
    if (why === (troubles.get(of) ?? null)) return
    if (why === null) troubles.delete(of)
    else troubles.set(of, why)
    change()
  }
  const remember = (shown: readonly Fed[]): void => {
    recent.push(...shown)
    for (const { at } of recent.splice(0, Math.max(0, recent.length - keep))) reachesBackTo = at
    for (const one of counted) wanted.add(one)
    change()
  }

  async function readLog(): Promise<void> {
    let cursor = recent.at(-1)?.at ?? reachesBackTo ?? (await endOfLog(db, keep))
    reachesBackTo ??= cursor
    for (let more = true; more && !signal.aborted;) {
      const { events, cursor: next } = await readTail(db, cursor, page)
      remember(await shownAll(db, events))
      cursor = next
      more = events.length > 0
    }
    setTrouble('log', null)
    for await (const event of follow(db, cursor, wakeups, signal, sweepMs)) remember(await shownAll(db, [event]))
  }

  /** Counts anew whenever something has happened, but no more often than every `everyMs`. */
  async function readNumbers<T>(of: Counted, everyMs: number, read: () => Promise<T>, keep: (now: T) => void) {
    let known = ''
    while (!signal.aborted) {
      const since = revision
      if (wanted.delete(of)) {
        const now = await read()
        setTrouble(of, null)
        if (JSON.stringify(now) !== known) {
          known = JSON.stringify(now)
          keep(now)
          change()
        }
      }
      await pause(everyMs, signal)
      if (!wanted.has(of)) await changed(since, signal)
    }
  }
  const readCounts = () =>
    readNumbers(
      'counts',
      countsEveryMs,
      () => countsByState(db),
      (now) => (counts = now),
    )
  const readBesideErrors = () =>
    readNumbers(
      'warnings',
      besideErrorsEveryMs,
      () => countBesideErrors(db),
      (now) => (besideErrors = now),
    )

  async function readProgress(): Promise<void> {
    while (!signal.aborted) {
      const since = revision
      if ((counts.CLAIMED ?? 0) === 0) {
        if (cuts.length > 0) {
          cuts = []
          change()
        }
        await changed(since, signal)
        continue
      }
      const now = await runningCuts(db)
      setTrouble('progress', null)
      if (now.length > 0 || cuts.length > 0) {
        cuts = now
        change()
      }
      await pause(progressEveryMs, signal)
    }
  }

  /** Begins again, for ever, with a growing pause: people must see that something is wrong, but no video has to wait for it. */
  async function persist(of: string, read: () => Promise<void>): Promise<void> {
    let pauseMs = 250
    while (!signal.aborted) {
      try {
        await read()
      } catch (error) {
        if (signal.aborted) return
        pauseMs = troubles.has(of) ? Math.min(5_000, pauseMs * 2) : 250
        onTrouble(error)
        setTrouble(of, isConnectionError(error) ? 'the database does not answer' : `reading the ${of} failed`)
        for (const one of counted) wanted.add(one)
      }
      await pause(pauseMs, signal)
    }
  }

  async function changed(since: number, until: AbortSignal): Promise<void> {
    if (since !== revision || until.aborted || signal.aborted) return
    await new Promise<void>((resolve) => {
      const wake = (): void => {
        waiting.delete(wake)
        until.removeEventListener('abort', wake)
        resolve()
      }
      waiting.add(wake)
      until.addEventListener('abort', wake)
    })
  }

  const reading = Promise.all([
    persist('log', readLog),
    persist('counts', readCounts),
    persist('warnings', readBesideErrors),
    persist('progress', readProgress),
  ])
  return {
    get trouble() {
      return [...troubles.values()][0] ?? null
    },
    get counts() {
      return counts
    },
    get besideErrors() {
      return besideErrors
    },
    get cuts() {
      return cuts
    },
    get revision() {
      return revision
    },
    get end() {
      return recent.at(-1)?.at ?? reachesBackTo
    },
    since(cursor) {
      if (reachesBackTo === null || isAfter(reachesBackTo, cursor)) return null
      // who listens lacks a few at most: what they lack is at the end
      let first = recent.length
      while (first > 0 && isAfter(recent[first - 1]?.at ?? cursor, cursor)) first--
      return recent.slice(first)
    },
    async older(cursor, video) {
      const { events } = await readTail(db, cursor, page, video === null ? null : videoStream(video))
      return shownAll(db, events)
    },
    get closed() {
      return signal.aborted
    },
    changed,
    get listeners() {
      return listening
    },
    join() {
      if (listening >= clients) return null
      listening++
      let listens = true
      return () => {
        if (listens) listening--
        listens = false
      }
    },
    async close() {
      closing.abort()
      change()
      await Promise.race([reading, delay(closeMs, undefined, { ref: false })])
    },
  }
}

const videoIn = (stream: string): string | null => (stream.startsWith('video/') ? stream.slice('video/'.length) : null)

/** Events as clients get them, in the same order. */
export async function showEvents(db: Db, events: readonly Recorded[]): Promise<ShownEvent[]> {
  const titles = await titlesOf(db, [...new Set(events.flatMap(({ stream }) => videoIn(stream) ?? []))])
  return events.map(({ txid, position, stream, version, type, state, actor, node, recordedAt }) => {
    const video = videoIn(stream)
    const title = (video !== null && titles.get(video)) || null
    const id = formatCursor({ txid, position })
    return { id, position, video, stream, version, type, state, title, actor, node, recordedAt }
  })
}

async function shownAll(db: Db, events: readonly Recorded[]): Promise<Fed[]> {
  const shown = await showEvents(db, events)
  return events.flatMap(({ txid, position }, i) => {
    const event = shown[i]
    if (event === undefined) return []
    return { at: { txid, position }, event, frame: `id: ${event.id}\ndata: ${JSON.stringify(event)}\n\n` }
  })
}

const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) return resolve()
    const done = (): void => {
      clearTimeout(timer)
      signal.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, ms)
    signal.addEventListener('abort', done)
  })
