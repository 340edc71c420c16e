import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { IdempotencyStrategy, Storage } from '@google-cloud/storage'
import { youtube, type youtube_v3 } from '@googleapis/youtube'
import { errors } from './errors.js'
import { MULTIPLE_BYTES } from './sessions.js'
import { CREDENTIALS, YoutubeSimulator } from './simulator.js'

/** An error as Google's client throws it. */
interface Refused {
  readonly response?: {
    readonly status: number
    readonly data: { readonly error: { readonly errors: readonly { readonly reason: string }[] } }
  }
}

/** The simulator is judged by clients that others wrote, so that a mistake of ours can't hide on both sides. */
describe('The YouTube simulator, driven by Google’s own clients', function () {
  this.timeout(30_000)
  let simulator: YoutubeSimulator
  beforeEach(async () => (simulator = await YoutubeSimulator.start({ keepsContent: true })))
  afterEach(() => simulator.stop())

  async function token(): Promise<string> {
    const body = new URLSearchParams({ ...CREDENTIALS, grant_type: 'refresh_token' })
    const answer = await fetch(`${simulator.url}/token`, { method: 'POST', body })
    return ((await answer.json()) as { access_token: string }).access_token
  }

  async function client(): Promise<{ api: youtube_v3.Youtube; rootUrl: string }> {
    const rootUrl = `${simulator.url}/`
    const headers = { Authorization: `Bearer ${await token()}` }
    return { api: youtube({ version: 'v3', rootUrl, headers }), rootUrl }
  }

  const resource = (title: string) => ({
    snippet: { title, description: 'Who wins', tags: ['raffle'], categoryId: '23' },
    status: { privacyStatus: 'unlisted' },
  })

  it('takes a small video, shows it, changes it and gives it a thumbnail', async () => {
    const { api, rootUrl } = await client()
    const content = randomBytes(100_000)
    const media = { mimeType: 'video/mp2t', body: Readable.from([content]) }
    const inserted = await api.videos.insert(
      { part: ['snippet', 'status'], requestBody: resource('The raffle'), media },
      { rootUrl },
    )
    const id = inserted.data.id ?? assert.fail()
    assert.equal(simulator.videos.get(id)?.sha256, createHash('sha256').update(content).digest('hex'))

    const listed = await api.videos.list({ part: ['id', 'status', 'processingDetails'], id: [id, 'nobody'] })
    assert.deepEqual(
      listed.data.items?.map((item) => [item.id, item.status?.uploadStatus, item.processingDetails?.processingStatus]),
      [[id, 'processed', 'succeeded']],
    )
    await api.videos.update({ part: ['snippet', 'status'], requestBody: { id, ...resource('The great raffle') } })
    assert.equal(simulator.videos.get(id)?.snippet.title, 'The great raffle')
    const png = Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), randomBytes(100)])
    await api.thumbnails.set({ videoId: id, media: { mimeType: 'image/png', body: Readable.from([png]) } }, { rootUrl })
    assert.ok(simulator.videos.get(id)?.thumbnail?.content.equals(png))
  })

  it('tells the channel what its uploads are, and how their files were called', async () => {
    const { api, rootUrl } = await client()
    const ids: string[] = []
    for (const Slug of ['first.ts', 'second.ts']) {
      const media = { mimeType: 'video/mp2t', body: Readable.from([randomBytes(1000)]) }
      const params = { part: ['snippet', 'status'], requestBody: resource('The raffle'), media }
      const { data } = await api.videos.insert(params, { rootUrl, headers: { Slug } })
      ids.push(data.id ?? assert.fail())
    }
    const { data } = await api.channels.list({ part: ['contentDetails'], mine: true })
    const playlistId = data.items?.[0]?.contentDetails?.relatedPlaylists?.uploads ?? assert.fail()
    const newest = await api.playlistItems.list({ part: ['snippet'], playlistId, maxResults: 1 })
    const pageToken = newest.data.nextPageToken ?? assert.fail()
    const oldest = await api.playlistItems.list({ part: ['snippet'], playlistId, maxResults: 1, pageToken })
    const listed = [newest, oldest].flatMap(({ data: { items = [] } }) => items)
    assert.deepEqual(
      listed.map(({ snippet }) => snippet?.resourceId?.videoId),
      [...ids].reverse(),
    )
    const files = await api.videos.list({ part: ['fileDetails'], id: ids })
    assert.deepEqual(
      files.data.items?.map(({ fileDetails }) => [fileDetails?.fileName, fileDetails?.fileSize]),
      [
        ['first.ts', '1000'],
        ['second.ts', '1000'],
      ],
    )
  })

  it('refuses as Google’s client understands it', async () => {
    const { api } = await client()
    const refused = api.videos.update({ part: ['snippet'], requestBody: { id: 'nobody', ...resource('x') } })
    await assert.rejects(refused, (error: Refused) => {
      assert.equal(error.response?.status, 404)
      assert.equal(error.response.data.error.errors[0]?.reason, 'videoNotFound')
      return true
    })
    simulator.expireTokens()
    await assert.rejects(
      api.videos.list({ part: ['id'], id: ['x'] }),
      (error: Refused) => error.response?.status === 401,
    )
  })

  /** The client of Cloud Storage speaks the same protocol; it is given the address of a session, as it gives itself one. */
  async function resumed(content: Buffer, chunkSize: number): Promise<void> {
    const begun = await fetch(`${simulator.url}/upload/youtube/v3/videos?uploadType=resumable&part=snippet,status`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${await token()}`, 'Content-Type': 'application/json' },
      body: JSON.stringify(resource('The raffle')),
    })
    assert.equal(begun.status, 200)
    const uri = begun.headers.get('location') ?? assert.fail()
    const storage = new Storage({
      apiEndpoint: simulator.url,
      projectId: 'x',
      retryOptions: {
        idempotencyStrategy: IdempotencyStrategy.RetryAlways,
        autoRetry: true,
        retryDelayMultiplier: 1.1,
        maxRetryDelay: 0.2,
        totalTimeout: 20,
      },
      authClient: anonymous() as never,
    })
    const file = storage.bucket('b').file('f')
    const writing = file.createWriteStream({ resumable: true, uri, chunkSize, validation: false })
    await pipeline(Readable.from([content]), writing)
  }

  function assertUploaded(content: Buffer): void {
    const [video, ...more] = simulator.videos.all()
    assert.deepEqual(more, [])
    assert.equal(video?.sha256, createHash('sha256').update(content).digest('hex'))
  }

  it('takes chunks of which the total is not known until the last', async () => {
    const content = randomBytes(3 * MULTIPLE_BYTES + 1234)
    await resumed(content, MULTIPLE_BYTES)
    assertUploaded(content)
    assert.ok(simulator.seen.filter(({ contentRange }) => contentRange?.endsWith('/*')).length >= 3)
  })

  it('has kept a part of a chunk, and says so as that client understands it', async () => {
    simulator.faults.on({ method: 'PUT', skip: 1 }, { kind: 'keep', bytes: MULTIPLE_BYTES })
    const content = randomBytes(7 * MULTIPLE_BYTES + 5)
    await resumed(content, 2 * MULTIPLE_BYTES)
    assertUploaded(content)
  })

  it('answers 503 in the middle, and the client goes on from what is there', async () => {
    simulator.faults.on({ method: 'PUT', skip: 1 }, { kind: 'error', error: errors.backendError })
    const content = randomBytes(4 * MULTIPLE_BYTES + 5)
    await resumed(content, MULTIPLE_BYTES)
    assertUploaded(content)
  })
})

/** Signs nothing: the address of a session is all that it takes. */
function anonymous(): object {
  return {
    request: async (options: { url: string }) => {
      const { request } = await import('gaxios')
      return request(options)
    },
    getRequestHeaders: () => Promise.resolve({}),
    authorizeRequest: (options: object) => Promise.resolve(options),
    getProjectId: () => Promise.resolve('x'),
  }
}
