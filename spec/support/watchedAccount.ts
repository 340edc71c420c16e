/** An account at YouTube's simulator with what is published there, and nodes that watch it. */
import assert from 'node:assert/strict'
import { isRight } from 'fp-ts/lib/Either.js'
import type { Thumbnail } from '../../machines/context.js'
import type { Location } from '../../src/effects/location.js'
import { modifyVideo } from '../../src/log/commands.js'
import { registerNode } from '../../src/log/nodes.js'
import { type Pace, Watching } from '../../src/service/watching.js'
import { happens, type TestLog, testLog } from './log.js'
import { edit, source } from './moment.js'
import { editor, rowOf } from './nodeVideos.js'
import { backendAt } from '../youtube/api.js'
import { YoutubeSimulator } from '../youtube/simulator.js'

/** Offered by the nodes whose work is watched. */
const usual = { type: 'youtube', cut: 'fast', account: 'main', updates: true }
const locations = {
  tube: usual,
  hidden: { ...usual, unlisted_only: true, tags: ['stream'] },
  local: { type: 'local', cut: 'fast' },
}

export class WatchedAccount implements AsyncDisposable {
  readonly #open: Watching[] = []

  private constructor(
    readonly log: TestLog,
    readonly simulator: YoutubeSimulator,
  ) {}

  static async open(): Promise<WatchedAccount> {
    const log = await testLog()
    await registerNode(log.db, { name: 'node-a', host: 'here', pid: 1, version: '1', locations })
    return new WatchedAccount(log, await YoutubeSimulator.start())
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const watching of this.#open.splice(0)) watching.close()
    await this.simulator.stop()
    await this.log.close()
  }

  /** By a node that offers `tube` alone. */
  watcher(pace: Partial<Pace> = {}, others: readonly Location[] = [], segmentsRoot = ''): Watching {
    const watching = new Watching({
      db: this.log.db,
      around: {
        ...{
          node: 'node-a',
          onlyNamed: false,
          segmentsRoot,
          temporaryFolder: '',
          random: () => 0.5,
          databaseGraceMs: 0,
        },
        locations: new Map([this.tube(), ...others].map((location) => [location.name, location])),
      },
      onNotice: () => undefined,
      stopping: new AbortController().signal,
      pace,
    })
    this.#open.push(watching)
    return watching
  }

  tube(): Location {
    return {
      ...{ name: 'tube', type: 'youtube', account: 'main', unlistedOnly: false, tags: [], cut: 'fast', encoding: {} },
      ...{ extension: 'ts', attemptsLimit: 5 },
      backend: backendAt(this.simulator.url),
    }
  }

  /** A video that is published, by hand. @returns its id there. */
  async published(
    id: string,
    location = 'tube',
    processed = true,
    thumbnail: Thumbnail | null = null,
  ): Promise<string> {
    const { db } = this.log
    const { video_title: title, video_description: description = '', video_tags: tags = [] } = edit
    const video = this.simulator.videos.add(
      { snippet: { title, description, tags, categoryId: '23' }, privacyStatus: 'public' },
      { sha256: '', bytes: 1, content: undefined },
    )
    const attempt = `${id}-1`
    await happens(db, id, 'Created', { source })
    await happens(db, id, 'Edited', { edit: { ...edit, upload_location: location } })
    await happens(db, id, 'Claimed', { attempt, attempts_limit: 3, why: null })
    if (thumbnail) await happens(db, id, 'ThumbnailMade', { attempt, ...thumbnail })
    await happens(db, id, 'UploadOpened', { attempt, destination: null })
    await happens(db, id, 'FinalizeStarted', { attempt, bytes: 1, receipt: null })
    const video_link = `https://youtu.be/${video.id}`
    await happens(db, id, 'Uploaded', { attempt, video_id: video.id, video_link, processing: true })
    if (processed) await happens(db, id, 'Processed', { video_id: video.id })
    return video.id
  }

  async modified(id: string, modification: object): Promise<void> {
    const outcome = await modifyVideo(this.log.db, id, modification, editor)
    assert.ok(isRight(outcome), JSON.stringify(outcome))
  }

  titleOf(videoId: string): string | undefined {
    return this.simulator.videos.get(videoId)?.snippet.title
  }

  async state(id: string): Promise<string> {
    return (await rowOf(this.log.db, id)).state
  }

  /** How many changes were asked for. */
  writes(): number {
    return this.simulator.seen.filter(({ method }) => method === 'PUT').length
  }
}
