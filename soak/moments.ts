/** Waits for the moments of a script: a time, an event in the log or before it is committed, a request at the destination. */
import { setMaxListeners } from 'node:events'
import type { IncomingMessage } from 'node:http'
import { setTimeout as pause } from 'node:timers/promises'
import type { EventType } from '../machines/events.js'
import { listen, type Notice } from '../src/log/listen.js'
import type { Fault as Answered } from '../spec/youtube/faults.js'
import { holdNext } from './commitGate.js'
import type { NodeUnderTest } from './node.js'
import type { Moment, NodeName, Request } from './script.js'
import type { World } from './world.js'

export interface Met {
  /** Whom it is about, where it is about a node. */
  readonly node: NodeUnderTest | null
  readonly video: string | null
  /** What was held up goes on. */
  goOn(): Promise<void>
}

const goesOn = (): Promise<void> => Promise.resolve()
/** So long an answer is kept back where something shall happen between the deed and the answer; in milliseconds. */
const HELD_MS = 160
/** By then the bytes of a request are there and what it asked for is done. */
const DONE_MS = 80

interface Awaited {
  skip: number
  readonly done: boolean
  readonly met: (node: NodeUnderTest | null, video: string | null) => void
}

export class Moments implements AsyncDisposable {
  readonly #over = new AbortController()
  readonly #requests = new Map<Request, Awaited[]>()
  readonly #events = new Map<EventType, Awaited[]>()
  #listening: { close(): Promise<void> } | undefined
  /** What may go wrong with any request. */
  atRandom: (request: IncomingMessage) => Answered | undefined = () => undefined

  private constructor(private readonly world: World) {
    // as many as there are moments to wait for
    setMaxListeners(0, this.#over.signal)
  }

  static async of(world: World): Promise<Moments> {
    const moments = new Moments(world)
    world.simulator.faults.atRandom((request) => moments.#asked(request) ?? moments.atRandom(request))
    moments.#listening = await listen(
      { url: world.database.url, name: 'moments', db: world.db },
      {
        onNotice: (notice) => void moments.#heard(notice),
        onConnected: () => undefined,
        onLost: () => undefined,
      },
    )
    return moments
  }

  /** Null where it has not come before the moments were over. */
  async wait(moment: Moment): Promise<Met | null> {
    switch (moment.at) {
      case 'time':
        return pause(moment.ms, { node: null, video: null, goOn: goesOn }, { signal: this.#over.signal }).catch(
          () => null,
        )
      case 'event':
        return this.#next(this.#events, moment.type, moment.skip, false)
      case 'request':
        return this.#next(this.#requests, moment.request, moment.skip, moment.done)
      case 'commit': {
        const held = await holdNext(this.world.database.url, moment.type, this.#over.signal)
        if (held === null) return null
        // a name that no node has is a mistake of the machine's own: it would hit others than it means to
        const node = this.world.node(held.node as NodeName)
        return { node, video: null, goOn: () => held.release(moment.committed) }
      }
    }
  }

  #next<K>(all: Map<K, Awaited[]>, key: K, skip: number, done: boolean): Promise<Met | null> {
    return new Promise((resolve) => {
      const met = (node: NodeUnderTest | null, video: string | null): void => resolve({ node, video, goOn: goesOn })
      all.set(key, [...(all.get(key) ?? []), { skip, done, met }])
      this.#over.signal.addEventListener('abort', () => resolve(null), { once: true })
    })
  }

  /** The first that waits for it and has skipped enough. */
  #due<K>(all: Map<K, Awaited[]>, key: K): Awaited | undefined {
    const waiting = all.get(key) ?? []
    const due = waiting.find((one) => one.skip-- <= 0)
    if (due) waiting.splice(waiting.indexOf(due), 1)
    return due
  }

  /** While the destination looks at a request, before anything of it is done. */
  #asked(request: IncomingMessage): Answered | undefined {
    const kind = kindOf(request)
    const due = kind && this.#due(this.#requests, kind)
    if (!due) return undefined
    const node = this.world.nodeBehind(request.socket.remotePort)
    if (!due.done) {
      due.met(node, null)
      return undefined
    }
    setTimeout(() => due.met(node, null), DONE_MS)
    return { kind: 'late', ms: HELD_MS }
  }

  async #heard({ type, id, stream, version }: Notice): Promise<void> {
    const due = this.#due(this.#events, type as EventType)
    if (!due) return
    const asked = 'select node from reelstate.events where stream = $1 and version = $2'
    const read = await this.world.db.query<{ node: string | null }>(asked, [stream, version]).catch(() => null)
    due.met(this.world.nodes.find(({ name }) => name === read?.rows[0]?.node) ?? null, id)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#over.abort()
    this.world.simulator.faults.atRandom(() => undefined)
    await this.#listening?.close()
  }
}

/** What the destination is asked for. */
export function kindOf({ method, url = '', headers }: IncomingMessage): Request | undefined {
  const range = headers['content-range'] ?? ''
  if (url.startsWith('/token')) return 'token'
  if (method === 'DELETE') return 'cancel'
  if (url.startsWith('/upload/youtube/v3/thumbnails')) return 'thumbnail'
  if (url.startsWith('/upload/youtube/v3/videos')) {
    if (!url.includes('upload_id')) return 'open'
    if (range.startsWith('bytes *')) return 'how far'
    return range.endsWith('/*') ? 'chunk' : 'last chunk'
  }
  if (url.startsWith('/youtube/v3/videos')) return method === 'GET' ? 'list' : 'update'
  return undefined
}
