/**
 * What is sent to all who listen to the events. Each thing is written down once, whoever gets it, and nobody is waited for: who does not
 * take what was sent goes on from where it was as soon as it does, and is dropped where it never does.
 */
import type { ServerResponse } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'
import type { Cursor } from '../log/tail.js'
import { isAfter } from './cursor.js'
import type { Fed, Feed } from './feed.js'

/** A client that takes nothing for so long is gone. */
const STUCK_MS = 60_000
/** However long a round takes, the next one begins so soon. */
const REST_MS = 50

export interface Listening {
  /** Where it begins. */
  readonly from: Cursor
  /** Only what concerns this one; null for everything. */
  readonly video: string | null
}

export interface Broadcast {
  /** From now on `response`, whose head has been sent, gets what happens. It ends with its connection, or with the feed. */
  add(response: ServerResponse, listening: Listening): void
}

interface Listener {
  readonly response: ServerResponse
  readonly video: string | null
  /** What it has had. */
  cursor: Cursor
  beside: Beside | null
  /** It takes what comes at once. Else it is seen to by itself. */
  live: boolean
}

/** What is sent beside the events, as it is now. */
interface Beside {
  readonly standing: string
  readonly counts: string
  readonly attention: string
  readonly progress: string
}

export function openBroadcast(feed: Feed, heartbeatMs: number): Broadcast {
  const listeners = new Set<Listener>()
  const gone = new AbortController()
  let now = besideOf(feed, null)
  /** What the video's own listeners get beside its events, while it is looked at. */
  const ofVideos = new Map<string, Beside>()

  const besideFor = (video: string | null): Beside => {
    if (video === null) return now
    const known = ofVideos.get(video)
    if (known) return known
    const own = besideOf(feed, video)
    ofVideos.set(video, own)
    return own
  }

  /** @returns whether the client takes more. */
  const send = ({ response }: Listener, text: string | Buffer): boolean => {
    if (response.destroyed || response.write(text)) return true
    return false
  }

  /** Everything that is new, to everybody who takes it at once: the same bytes to all who lack the same. */
  function round(): void {
    now = besideOf(feed, null)
    ofVideos.clear()
    const prepared = new Map<string, { readonly bytes: Buffer | null; readonly cursor: Cursor }>()
    for (const listener of listeners) {
      if (!listener.live) continue
      const beside = besideFor(listener.video)
      const lacks = `${listener.video ?? ''} ${listener.cursor.txid}.${listener.cursor.position} ${lacking(listener.beside, beside)}`
      let made = prepared.get(lacks)
      if (made === undefined) {
        const fed = feed.since(listener.cursor)
        const text = fed && framesOf(fed, listener.video) + besideFrames(listener.beside, beside)
        made = {
          bytes: text === null ? null : Buffer.from(text),
          cursor: fed?.at(-1)?.at ?? listener.cursor,
        }
        prepared.set(lacks, made)
      }
      if (made.bytes === null) {
        // more has happened at once than is kept in memory
        void catchUp(listener)
        continue
      }
      listener.cursor = made.cursor
      listener.beside = beside
      if (made.bytes.length > 0 && !send(listener, made.bytes)) void catchUp(listener)
    }
  }

  /** Brings one who is behind to where the others are, as fast as it takes it. */
  async function catchUp(listener: Listener): Promise<void> {
    listener.live = false
    const { response, video } = listener
    try {
      while (listeners.has(listener)) {
        if (response.writableNeedDrain) await drained(response)
        const end = feed.end
        let fed = feed.since(listener.cursor)
        if (fed === null) {
          const older = await feed.older(listener.cursor, video).catch(() => null)
          if (older === null || end === null) {
            // it is read anew with whatever happens next: meanwhile the client is told how things stand
            tellBeside(listener)
            await feed.changed(feed.revision, AbortSignal.any([gone.signal, AbortSignal.timeout(heartbeatMs)]))
            continue
          }
          // of what is older there is no more
          if (older.length === 0 && isAfter(end, listener.cursor)) listener.cursor = end
          fed = older
          if (older.length === 0 && feed.since(listener.cursor) === null) continue
        }
        // what the database has already may be more than the others have been told
        listener.cursor = fed.at(-1)?.at ?? listener.cursor
        const text = framesOf(fed, video)
        if (text !== '') send(listener, text)
        tellBeside(listener)
        if (feed.since(listener.cursor)?.length === 0 && !response.writableNeedDrain) {
          listener.live = true
          return
        }
      }
    } catch {
      response.destroy()
    }
  }

  function tellBeside(listener: Listener): void {
    const beside = besideFor(listener.video)
    const text = besideFrames(listener.beside, beside)
    listener.beside = beside
    if (text !== '') send(listener, text)
  }

  async function run(): Promise<void> {
    while (!feed.closed) {
      const { revision } = feed
      const begunMs = performance.now()
      round()
      // others want the processor, too: what happens meanwhile is sent together
      const tookMs = performance.now() - begunMs
      if (tookMs > 5) await delay(Math.min(tookMs, REST_MS))
      await feed.changed(revision, gone.signal)
    }
  }

  // the comment keeps proxies awake; the event lets a page see that its connection still stands
  const beating = setInterval(() => {
    const beat = Buffer.from(`: heartbeat\n${frame('standing', now.standing)}`)
    for (const listener of listeners) if (listener.live && !send(listener, beat)) void catchUp(listener)
  }, heartbeatMs)
  beating.unref()

  void run().finally(() => {
    clearInterval(beating)
    gone.abort()
    for (const { response } of listeners) response.destroy()
  })

  return {
    add(response, { from, video }) {
      const listener: Listener = { response, video, cursor: from, beside: null, live: false }
      listeners.add(listener)
      response.once('close', () => listeners.delete(listener))
      if (response.destroyed || feed.closed) {
        listeners.delete(listener)
        response.destroy()
      } else void catchUp(listener)
    },
  }
}

const frame = (kind: string, json: string): string => `event: ${kind}\ndata: ${json}\n\n`

function besideOf({ trouble, counts, besideErrors, cuts }: Feed, video: string | null): Beside {
  return {
    standing: JSON.stringify({ live: trouble === null, why: trouble }),
    // of one video there is nothing to count
    counts: video === null ? JSON.stringify(counts) : '',
    attention: video === null && besideErrors !== null ? JSON.stringify(besideErrors) : '',
    progress: JSON.stringify(video === null ? cuts : cuts.filter((cut) => cut.video === video)),
  }
}

// that all is up to date is said after what is
const kinds = ['counts', 'attention', 'progress', 'standing'] as const

const lacking = (had: Beside | null, is: Beside): string =>
  kinds.map((kind) => (had?.[kind] === is[kind] ? '' : (had?.[kind] ?? '-'))).join(' ')

const besideFrames = (had: Beside | null, is: Beside): string =>
  kinds.map((kind) => (is[kind] === '' || had?.[kind] === is[kind] ? '' : frame(kind, is[kind]))).join('')

const framesOf = (fed: readonly Fed[], video: string | null): string =>
  fed.map((one) => (video === null || one.event.video === video ? one.frame : '')).join('')

/** Resolves when the client has taken what was sent, or is gone; one that takes nothing is dropped. */
function drained(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const stuck = setTimeout(() => response.destroy(), STUCK_MS)
    const done = (): void => {
      clearTimeout(stuck)
      response.off('drain', done).off('close', done)
      resolve()
    }
    response.once('drain', done).once('close', done)
    if (response.destroyed) done()
  })
}
