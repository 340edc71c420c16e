/** Synthetic videos in every state of the chart, as the board of an event's third day has them. */
import type { Edit } from '../../machines/edit.js'
import type { DataOf, EventType } from '../../machines/events.js'
import { noteProgress } from '../../src/log/progress.js'
import type { Db } from '../../src/log/database.js'
import { pauseLocation } from '../../src/log/locationCommands.js'
import { registerNode } from '../../src/log/nodes.js'
import { happens } from '../support/log.js'
import { edit, source } from '../support/moment.js'

const node = 'node-berlin'

/** A video that lives from event to event. */
class Life {
  #attempt = ''
  constructor(
    readonly db: Db,
    readonly id: string,
    readonly title: string,
  ) {}

  async happens<T extends EventType>(type: T, data: DataOf<T>, on = node): Promise<this> {
    await happens(this.db, this.id, type, data, on)
    return this
  }

  async created(): Promise<this> {
    return this.happens('Created', { source: { ...source, description: this.title } })
  }

  async edited(more: Partial<Edit> = {}): Promise<this> {
    return this.happens('Edited', { edit: { ...edit, video_title: this.title, ...more } })
  }

  async claimed(on = node): Promise<this> {
    this.#attempt = `${this.id}-attempt-${on}`
    return this.happens('Claimed', { attempt: this.#attempt, attempts_limit: 3, why: null }, on)
  }

  get attempt(): string {
    return this.#attempt
  }

  async opened(): Promise<this> {
    return this.happens('UploadOpened', { attempt: this.#attempt, destination: 'session-1' })
  }

  async finalizing(): Promise<this> {
    await this.opened()
    return this.happens('FinalizeStarted', { attempt: this.#attempt, bytes: 48_211_968, receipt: null })
  }

  async uploaded(processing: boolean): Promise<this> {
    await this.finalizing()
    return this.happens('Uploaded', {
      ...{ attempt: this.#attempt, video_id: this.id, processing },
      video_link: `https://example.org/${this.id}`,
    })
  }

  async done(): Promise<this> {
    await (await (await this.created()).edited()).claimed()
    await this.uploaded(true)
    return this.happens('Processed', { video_id: this.id })
  }
}

const titles = [
  'Opening ceremony and the first song',
  'The raffle: who wins the quilt',
  'A donor reads a poem about the desert',
  'Rain delay: the bus stops for the first time',
  'Speed run of the credits, with commentary',
  'An interview that turns into a duet, and then into a very long argument about the right way to make tea',
  'Crash at 3 a.m.',
  'Guest call from the control room',
  'The driver’s birthday',
  'Goodbyes',
]

/**
 * Every state has at least one; `UNEDITED`, `EDITED` and `DONE` have several.
 * @returns says how far the cuts are, as their nodes do every second.
 */
export async function liveInEveryState(db: Db): Promise<() => Promise<void>> {
  const cuts: (() => Promise<void>)[] = []
  let count = 0
  const next = (): Life => {
    count++
    return new Life(db, `bus${String(count).padStart(6, '0')}`, titles[count % titles.length] ?? 'A moment')
  }
  for (let i = 0; i < 6; i++) await next().done()
  for (let i = 0; i < 5; i++) await next().created()
  const draft = await next().created()
  await draft.happens('DraftSaved', { edit: { video_title: draft.title } })
  for (let i = 0; i < 3; i++) await (await next().created()).edited()
  const warned = await (await next().created()).edited()
  await warned.happens('Warned', { kind: 'holes', message: 'no node has segments 10:02:14.000 to 10:02:18.000' })

  for (const [done, on] of [
    [0.34, node],
    [0.81, 'node-new-york'],
  ] as const) {
    const cut = await (await (await next().created()).edited()).claimed(on)
    if (done > 0.5) await cut.happens('UploadOpened', { attempt: cut.attempt, destination: 'session' }, on)
    cuts.push(() =>
      noteProgress(db, cut.id, {
        ...{ attempt: cut.attempt, doneSeconds: done * 312.5, totalSeconds: 312.5 },
        bytes: Math.round(done * 190_000_000),
      }),
    )
  }
  const finalizing = await (await (await next().created()).edited()).claimed()
  await finalizing.finalizing()
  const transcoding = await (await (await next().created()).edited()).claimed()
  await transcoding.uploaded(true)
  const modified = await next().done()
  await modified.happens('Modified', { modification: 'm-1', edit: { video_title: `${modified.title}, part 1` } })

  const failed = await (await (await next().created()).edited()).claimed()
  await failed.happens('Failed', {
    ...{ attempt: failed.attempt, proof: null },
    cause: 'the destination refuses the title: it has 104 bytes, 100 are allowed',
  })
  const uncertain = await (await (await next().created()).edited()).claimed()
  await uncertain.finalizing()
  await uncertain.happens('FinalizeUnknown', {
    attempt: uncertain.attempt,
    cause: 'the destination knows nothing of the upload any more; it was last asked at 14:03:07',
  })
  const rejected = await next().done()
  await rejected.happens('Rejected', {
    video_id: rejected.id,
    cause: 'the destination says: duplicate of another video',
  })
  const late = await next().done()
  await late.happens('ThumbnailFailed', {
    video_id: late.id,
    cause: 'the destination refuses the thumbnail: too large',
  })

  const noteAll = async (): Promise<void> => {
    for (const note of cuts) await note()
  }
  await noteAll()
  return noteAll
}

/** Two nodes that offer two locations, one of which is paused. */
export async function offerLocations(db: Db): Promise<void> {
  const locations = {
    local: { type: 'local', cut: 'fast' },
    'yt-main': { type: 'youtube', cut: 'fast', account: 'main' },
  }
  for (const [i, name] of [node, 'node-new-york'].entries())
    await registerNode(db, { name, host: `${name}.example`, pid: 100 + i, version: '0.1.0', locations })
  await pauseLocation(db, 'yt-main', 'quota of the day is spent', { forMs: 5 * 3_600_000 }, { actor: 'somebody' })
}
