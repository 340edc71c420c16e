/** An editor's desk: a node whose server everybody may write to, with a configuration, playlists, a template and locations. */
import type { Source } from '../../../machines/source.js'
import type { Editing } from '../../../src/http/editing.js'
import { withoutSignIn } from '../../../src/http/signIn/signIn.js'
import { registerNode } from '../../../src/log/nodes.js'
import { readCurrent, readHistory } from '../../../src/log/read.js'
import { eventOf, type Place, ways } from '../../machines/given.js'
import { happens } from '../../support/log.js'
import { source as plain } from '../../support/moment.js'
import { painted } from '../../support/pixels.js'
import { openWorkplace, type Workplace } from '../workplace.js'

export const editing: Editing = {
  title_prefix: 'DB2026',
  description_footer: 'Donate at https://example.org',
  bustimeStart: '2026-01-31T15:00:00.000Z',
  channel: 'main',
  archiveSheets: ['Archive'],
  uploadLocations: [],
  categoryNotes: { Song: 'Put the lyrics into the description.' },
}

export const source: Source = {
  ...plain,
  sheet_name: 'Day 1',
  event_start: '2026-01-31T18:00:00.000Z',
  event_end: '2026-01-31T18:10:00.000Z',
  category: 'Auction',
  description: 'The raffle',
  notes: 'loud',
  tags: ['Day 1', 'Raffle'],
}

/** What a page sends of `source`, and of an edit. */
export const submission = {
  state: 'EDITED',
  sheet_name: 'Day 1',
  event_start: '2026-01-31T18:00:00',
  event_end: '2026-01-31T18:10:00',
  category: 'Auction',
  description: 'The raffle',
  notes: 'loud',
  tags: ['Day 1', 'Raffle'],
  upload_location: 'youtube',
  video_ranges: [
    ['2026-01-31T18:00:10', '2026-01-31T18:00:20.500000'],
    ['2026-01-31T18:01:00', '2026-01-31T18:01:05'],
  ],
  video_transitions: [['fade', 1.5]],
  video_channel: 'main',
  video_quality: 'source',
  video_title: 'Who wins the quilt',
  video_description: 'All of it.',
  video_tags: ['raffle'],
  thumbnail_mode: 'TEMPLATE',
  thumbnail_template: 'blue',
  thumbnail_time: '2026-01-31T18:00:12',
  public: true,
} as const

export interface Answer {
  readonly status: number
  readonly text: string
  readonly type: string | null
  readonly headers: Headers
}

export interface Desk extends AsyncDisposable {
  readonly place: Workplace
  /** A moment that is entered. */
  enter(id: string, over?: Partial<Source>): Promise<void>
  get(path: string): Promise<Answer>
  /** The row as the page gets it; throws where that fails. */
  row(id: string): Promise<Record<string, unknown>>
  post(path: string, body: unknown): Promise<Answer>
  submit(id: string, over?: Record<string, unknown>): Promise<Answer>
  events(id: string): Promise<string[]>
  /** A video that an editor has edited through the API, brought to a place of the chart. */
  bring(id: string, place: Place): Promise<void>
}

export const png = (width = 320, height = 180): Promise<Buffer> => painted(width, height, []).png().toBuffer()

export async function openDesk(over: Partial<Editing> = {}): Promise<Desk> {
  const place = await openWorkplace({ signIn: withoutSignIn, editing: { ...editing, ...over } })
  const { db, url } = place
  await registerNode(db, {
    ...{ name: 'node-a', host: 'h', pid: 1, version: '0' },
    locations: {
      youtube: { type: 'youtube', cut: 'fast', account: 'a', updates: true },
      disk: { type: 'local', cut: 'fast' },
      keep: { type: 'archive', cut: 'archive' },
    },
  })
  const asked = async (path: string, init: RequestInit): Promise<Answer> => {
    const answer = await fetch(url + path, init)
    const { status, headers } = answer
    return { status, headers, type: headers.get('content-type'), text: await answer.text() }
  }
  const get = (path: string) => asked(path, {})
  const post = (path: string, body: unknown) =>
    asked(path, {
      method: 'POST',
      body: typeof body === 'string' ? body : JSON.stringify(body),
      headers: { 'content-type': 'application/json' },
    })
  const submit = (id: string, fields: Record<string, unknown> = {}) =>
    post(`/thrimshim/${id}`, { ...submission, ...fields })
  const enter = async (id: string, fields: Partial<Source> = {}) => {
    await place.append(id, 'Created', { source: { ...source, ...fields } })
  }
  const template = await post('/thrimshim/add-template', {
    ...{ name: 'blue', description: 'The blue one', attribution: 'Ada' },
    ...{ crop: [0, 0, 320, 180], location: [10, 10, 200, 120], image: (await png()).toString('base64') },
  })
  if (template.status !== 201) throw new Error(template.text)
  return {
    place,
    enter,
    get,
    async row(id) {
      const answer = await get(`/thrimshim/${id}`)
      if (answer.status !== 200) throw new Error(answer.text)
      return JSON.parse(answer.text) as Record<string, unknown>
    },
    post,
    submit,
    events: async (id) => (await readHistory(db, id)).map(({ type }) => type),
    async bring(id, to) {
      await enter(id)
      const edited = await submit(id, ways[to].length === 0 ? { state: 'UNEDITED' } : {})
      if (edited.status !== 201) throw new Error(edited.text)
      for (const [i, told] of ways[to].entries()) {
        if (told.type === 'Edited') continue
        const read = await readCurrent(db, id)
        if (read._tag === 'Left') throw new Error(read.left.why)
        const { type, data } = eventOf(told, read.right.snapshot, i)
        await happens(db, id, type, data)
      }
    },
    [Symbol.asyncDispose]: () => place[Symbol.asyncDispose](),
  }
}
