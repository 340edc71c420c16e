/**
 * YouTube's server, as far as its documentation tells: OAuth tokens, resumable uploads, videos, thumbnails, quota. Strict: what the
 * documentation doesn't allow is refused. Google's own clients drive it in google.spec.ts, so that it is not just what our client
 * takes it for.
 */
import { randomBytes } from 'node:crypto'
import { type IncomingMessage, type Server, type ServerResponse, createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { json, type Seen, send } from './answers.js'
import { type ApiError, bodyOf, errors } from './errors.js'
import { type Fault, Faults } from './faults.js'
import { bodyIn, isImage, jsonIn, LARGEST_JSON, listed, nameIn, partsOf, Refused, valid } from './requests.js'
import { type Answer, MULTIPLE_BYTES, Session, readRange } from './sessions.js'
import { type Resource, Videos, shown } from './videos.js'

export interface SimulatorOptions {
  readonly port?: number
  /** Keeps what was uploaded, not only its hash. */
  readonly keepsContent?: boolean
  /** How long an access token is good for. */
  readonly tokenSeconds?: number
  /** A day's quota. */
  readonly inserts?: number
  readonly units?: number
  /** How a DELETE of an upload that is complete is answered: the documentation doesn't say. */
  readonly deleteOfComplete?: 'as cancelled' | 'refused'
  /** An upload that was cancelled is not known any more: the documentation doesn't say. */
  readonly forgetsCancelled?: boolean
}

export const CREDENTIALS = { client_id: 'client', client_secret: 'secret', refresh_token: 'refresh' }
const LARGEST_THUMBNAIL = 2 * 1024 * 1024
/** The list of the channel's uploads. */
const UPLOADS = 'UU_simulated'
const COSTS = { list: 1, update: 50, thumbnail: 50 }

const cancelled: ApiError = { status: 499, reason: 'cancelled', message: 'Client Closed Request' }

export class YoutubeSimulator {
  readonly faults = new Faults()
  readonly videos = new Videos()
  readonly seen: Seen[] = []
  readonly quota = { inserts: 0, units: 0 }
  /** The refresh token is refused from now on. */
  revoked = false
  hasChannel = true
  readonly #tokens = new Map<string, number>()
  readonly #sessions = new Map<string, Session>()
  readonly #server: Server
  readonly #stopped = new AbortController()

  private constructor(private readonly options: SimulatorOptions) {
    this.#server = createServer({ requestTimeout: 0 }, (request, response) => void this.#serve(request, response))
  }

  static async start(options: SimulatorOptions = {}): Promise<YoutubeSimulator> {
    const simulator = new YoutubeSimulator(options)
    await new Promise<void>((resolve) => simulator.#server.listen(options.port ?? 0, '127.0.0.1', resolve))
    return simulator
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  async stop(): Promise<void> {
    this.#stopped.abort()
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
  }

  /** Uploads that are neither complete nor cancelled. */
  get openSessions(): number {
    return [...this.#sessions.values()].filter(({ completed, cancelled }) => !completed && !cancelled).length
  }

  /** Every upload that was begun: by the id in its address. */
  get sessions(): ReadonlyMap<string, Session> {
    return this.#sessions
  }

  expireSessions(): void {
    for (const session of this.#sessions.values()) session.expired = true
  }

  expireTokens(): void {
    this.#tokens.clear()
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    // a request that is over has none any more
    const { method = 'GET', url = '/', headers, socket } = request
    const path = new URL(url, this.url).pathname
    const entry: Seen = {
      method,
      path,
      contentRange: headers['content-range'],
      token: headers.authorization,
      status: undefined,
      atMs: Date.now(),
    }
    this.seen.push(entry)
    const fault = this.faults.for(request)
    try {
      if (fault?.kind === 'freeze') return
      if (fault?.kind === 'error') {
        const after = fault.retryAfterSeconds === undefined ? {} : { 'Retry-After': String(fault.retryAfterSeconds) }
        request.resume()
        await send(response, { status: fault.error.status, headers: after, body: bodyOf(fault.error) }, entry)
        return
      }
      const answer = await this.#answer(request, fault)
      if (fault?.kind === 'late') await delay(fault.ms, undefined, { signal: this.#stopped.signal })
      if (fault?.kind === 'lose answer') socket.destroy()
      else await send(response, answer, entry)
    } catch (error) {
      if (error instanceof Refused) {
        request.resume()
        await send(response, { status: error.error.status, body: bodyOf(error.error) }, entry)
      } else socket.destroy()
    }
  }

  async #answer(request: IncomingMessage, fault: Fault | undefined): Promise<Answer> {
    const { method, url = '/' } = request
    const { pathname, searchParams: query } = new URL(url, this.url)
    if (method === 'POST' && pathname === '/token') return this.#token(request)
    const sessionId = query.get('upload_id')
    // the address of a session is all that it takes to go on with it
    if (pathname === '/upload/youtube/v3/videos' && sessionId !== null) return this.#upload(request, sessionId, fault)
    this.#requireToken(request)
    if (method === 'POST' && pathname === '/upload/youtube/v3/videos') return this.#insert(request, query, fault)
    if (method === 'POST' && pathname === '/upload/youtube/v3/thumbnails/set') return this.#thumbnail(request, query)
    if (method === 'GET' && pathname === '/youtube/v3/videos') return this.#list(query)
    if (method === 'GET' && pathname === '/youtube/v3/channels') return this.#channels(query)
    if (method === 'GET' && pathname === '/youtube/v3/playlistItems') return this.#uploads(query)
    if (method === 'PUT' && pathname === '/youtube/v3/videos') return this.#update(request, query)
    throw new Refused({ status: 404, reason: 'notFound', message: `${method} ${pathname}` })
  }

  async #token(request: IncomingMessage): Promise<Answer> {
    const form = new URLSearchParams((await bodyIn(request, LARGEST_JSON)).toString())
    const known = Object.entries(CREDENTIALS).every(([name, value]) => form.get(name) === value)
    if (form.get('grant_type') !== 'refresh_token') return json(400, { error: 'unsupported_grant_type' })
    if (!known || this.revoked)
      return json(400, { error: 'invalid_grant', error_description: 'Token has been expired or revoked.' })
    const token = randomBytes(20).toString('base64url')
    const seconds = this.options.tokenSeconds ?? 3599
    this.#tokens.set(token, Date.now() + seconds * 1000)
    return json(200, { access_token: token, expires_in: seconds, token_type: 'Bearer' })
  }

  #requireToken({ headers }: IncomingMessage): void {
    const token = /^Bearer (.+)$/.exec(headers.authorization ?? '')?.[1] ?? ''
    if (!((this.#tokens.get(token) ?? 0) > Date.now())) throw new Refused(errors.notSignedIn)
  }

  #spend(units: number): void {
    if (this.quota.units + units > (this.options.units ?? 10_000)) throw new Refused(errors.quotaExceeded)
    this.quota.units += units
  }

  async #insert(request: IncomingMessage, query: URLSearchParams, fault: Fault | undefined): Promise<Answer> {
    if (this.quota.inserts >= (this.options.inserts ?? 100)) throw new Refused(errors.quotaExceeded)
    this.quota.inserts++
    const uploadType = query.get('uploadType')
    if (uploadType === 'multipart') return this.#multipart(request)
    if (uploadType !== 'resumable') throw new Refused(errors.mediaBodyRequired)
    const resource = valid(await jsonIn(request))
    const length = request.headers['x-upload-content-length']
    const total = length === undefined ? undefined : Number(length)
    const session = new Session(resource, total, this.options.keepsContent === true, nameIn(request))
    this.#sessions.set(session.id, session)
    void fault
    const location = `${this.url}/upload/youtube/v3/videos?uploadType=resumable&upload_id=${session.id}`
    return { status: 200, headers: { Location: location } }
  }

  /** Metadata and media in one request, as clients send small files. */
  async #multipart(request: IncomingMessage): Promise<Answer> {
    const boundary = /boundary="?([^";]+)/.exec(request.headers['content-type'] ?? '')?.[1]
    if (boundary === undefined) throw new Refused(errors.badRequest)
    const parts = partsOf(await bodyIn(request, 1 << 30), boundary)
    const [metadata, media] = parts
    if (metadata === undefined || media === undefined) throw new Refused(errors.mediaBodyRequired)
    const session = new Session(
      valid(JSON.parse(metadata.toString()) as Resource),
      media.length,
      this.options.keepsContent === true,
      nameIn(request),
    )
    session.keep(media)
    return this.#complete(session)
  }

  async #upload(request: IncomingMessage, id: string, fault: Fault | undefined): Promise<Answer> {
    const session = this.#sessions.get(id)
    const isForgotten = session?.cancelled === true && this.options.forgetsCancelled === true
    if (session === undefined || session.expired || isForgotten) throw new Refused(errors.sessionNotFound)
    if (request.method === 'DELETE') return this.#cancel(session)
    if (session.completed !== undefined) {
      request.resume()
      return session.completed
    }
    if (session.cancelled) throw new Refused(cancelled)
    if (request.method === 'POST') return this.#whole(request, session, fault)
    if (request.method !== 'PUT') throw new Refused(errors.badRequest)
    const length = request.headers['content-length']
    const header = request.headers['content-range']
    const bodyBytes = length === undefined ? undefined : Number(length)
    const range =
      header === undefined
        ? { kind: 'bytes' as const, from: 0, to: (bodyBytes ?? 1) - 1, total: bodyBytes }
        : readRange(header)
    if (range === undefined) throw new Refused(errors.badRange)
    const refusal = session.refusal(range, bodyBytes)
    if (refusal !== undefined) throw new Refused(refusal)
    if (range.total !== undefined) session.total = range.total
    if (range.kind === 'bytes') await this.#receive(request, session, range.to - range.from + 1, fault)
    return fault?.kind === 'unfinished' ? session.progress() : this.#complete(session)
  }

  /** The whole stream in one request of unknown length: it is complete when the request is. */
  async #whole(request: IncomingMessage, session: Session, fault: Fault | undefined): Promise<Answer> {
    if (session.stored > 0) throw new Refused(errors.badRequest)
    await this.#receive(request, session, Infinity, fault)
    session.total = session.stored
    return this.#complete(session)
  }

  /** Keeps what comes, as long as the connection lasts; of what is left unfinished, whole multiples only. */
  async #receive(request: IncomingMessage, session: Session, wanted: number, fault: Fault | undefined): Promise<void> {
    const keeps = fault?.kind === 'keep' ? fault.bytes - (fault.bytes % MULTIPLE_BYTES) : Infinity
    let came = 0
    let open: Buffer = Buffer.alloc(0)
    const take = (bytes: Buffer): void => {
      const room = Math.max(0, keeps - (came - bytes.length))
      open = open.length === 0 ? bytes.subarray(0, room) : Buffer.concat([open, bytes.subarray(0, room)])
      const whole = open.length - (open.length % MULTIPLE_BYTES)
      if (whole > 0) session.keep(open.subarray(0, whole))
      open = open.subarray(whole)
    }
    for await (const chunk of request as AsyncIterable<Buffer>) {
      came += chunk.length
      take(chunk)
      if (fault?.kind === 'drop' && came >= fault.afterBytes) {
        request.socket.destroy()
        throw new Error('dropped')
      }
    }
    if (wanted !== Infinity && came !== wanted) throw new Error('the connection broke')
    if (fault?.kind !== 'keep') session.keep(open)
  }

  #complete(session: Session): Answer {
    // cancelled while its bytes came
    if (session.cancelled) throw new Refused(cancelled)
    if (session.total === undefined || session.stored !== session.total || session.total === 0)
      return session.progress()
    const video = this.videos.add(session.resource, session.uploaded(), session.fileName)
    session.completed = json(200, shown(video, ['snippet', 'status']))
    session.videoId = video.id
    return session.completed
  }

  #cancel(session: Session): Answer {
    const cancelled = { status: 499, body: '' }
    if (session.completed === undefined) {
      session.cancelled = true
      return cancelled
    }
    return this.options.deleteOfComplete === 'refused' ? json(400, { error: { code: 400 } }) : cancelled
  }

  #list(query: URLSearchParams): Answer {
    this.#spend(COSTS.list)
    const ids = listed(query, 'id')
    const parts = listed(query, 'part')
    if (ids.length === 0 || ids.length > 50) throw new Refused(errors.badRequest)
    const found = ids.map((id) => this.videos.known(id)).filter((video) => video !== undefined)
    return json(200, { kind: 'youtube#videoListResponse', items: found.map((video) => shown(video, parts)) })
  }

  #channels(query: URLSearchParams): Answer {
    this.#spend(COSTS.list)
    const parts = listed(query, 'part')
    const isKnown = parts.length > 0 && parts.every((part) => part === 'id' || part === 'contentDetails')
    if (query.get('mine') !== 'true' || !isKnown) throw new Refused(errors.badRequest)
    const contentDetails = { relatedPlaylists: { likes: '', uploads: UPLOADS } }
    const channel = {
      ...{ kind: 'youtube#channel', id: 'UC_simulated' },
      ...(parts.includes('contentDetails') && { contentDetails }),
    }
    return json(200, { kind: 'youtube#channelListResponse', items: this.hasChannel ? [channel] : undefined })
  }

  /** The list of the channel's uploads, the newest first; it may lag. */
  #uploads(query: URLSearchParams): Answer {
    this.#spend(COSTS.list)
    const size = Number(query.get('maxResults') ?? 5)
    const from = Number(query.get('pageToken') ?? 0)
    if (listed(query, 'part').join() !== 'snippet' || !(size >= 0 && size <= 50) || !Number.isInteger(from))
      throw new Refused(errors.badRequest)
    if (query.get('playlistId') !== UPLOADS || !this.hasChannel) throw new Refused(errors.playlistNotFound)
    const all = this.videos
      .all()
      .filter(({ uploadedAtMs }) => Date.now() - uploadedAtMs >= this.videos.listedAfterMs)
      .reverse()
    const items = all.slice(from, from + size).map(({ id, uploadedAtMs, snippet: { title } }) => ({
      kind: 'youtube#playlistItem',
      snippet: {
        ...{ publishedAt: new Date(uploadedAtMs).toISOString(), title },
        resourceId: { kind: 'youtube#video', videoId: id },
      },
    }))
    const more = from + size < all.length ? { nextPageToken: String(from + size) } : {}
    const pageInfo = { totalResults: all.length, resultsPerPage: size }
    return json(200, { kind: 'youtube#playlistItemListResponse', ...more, pageInfo, items })
  }

  /** What is left out of a named part is deleted. */
  async #update(request: IncomingMessage, query: URLSearchParams): Promise<Answer> {
    const body = await jsonIn(request)
    this.#spend(COSTS.update)
    const parts = listed(query, 'part')
    const { id } = body as { id?: unknown }
    const video = typeof id === 'string' ? this.videos.known(id) : undefined
    if (video === undefined) throw new Refused(errors.videoNotFound)
    const snippet = parts.includes('snippet') ? (body.snippet ?? {}) : { ...video.snippet }
    if (parts.includes('snippet') && typeof snippet['categoryId'] !== 'string')
      throw new Refused(errors.invalidCategoryId)
    const status = parts.includes('status') ? (body.status ?? {}) : { ...video.status }
    const resource = valid({ snippet, status })
    video.snippet = resource.snippet
    video.status = { ...video.status, privacyStatus: resource.privacyStatus }
    return json(200, shown(video, parts))
  }

  async #thumbnail(request: IncomingMessage, query: URLSearchParams): Promise<Answer> {
    const content = await bodyIn(request, 64 << 20)
    this.#spend(COSTS.thumbnail)
    const video = this.videos.known(query.get('videoId') ?? '')
    if (video === undefined) throw new Refused(errors.videoNotFound)
    const type = request.headers['content-type'] ?? ''
    if (content.length > LARGEST_THUMBNAIL) throw new Refused(errors.mediaTooLarge)
    if (!isImage(content) || !['image/png', 'image/jpeg', 'application/octet-stream'].includes(type))
      throw new Refused(errors.invalidImage)
    video.thumbnail = { type, content }
    return json(200, { kind: 'youtube#thumbnailSetResponse', items: [] })
  }
}
