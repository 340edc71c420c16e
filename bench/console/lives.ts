/** Lives of so many events, each folded by the chart once, and then written out for as many videos as are wanted. */
import { type EventType, event, type DataOf, events, type VideoEvent } from '../../machines/events.js'
import { fold } from '../../machines/fold.js'
import { project } from '../../machines/row.js'
import { edit, source } from '../../spec/support/moment.js'

const someId = 'the-video-that-all-are-made-after'
const placeMs = Date.UTC(2000, 0, 1)
/** The time of the event `version` until a video's own is put there. */
const placeOf = (version: number): string => new Date(placeMs + version * 1000).toISOString()
const places = new RegExp(`${someId}|2000-01-01T\\d\\d:\\d\\d:\\d\\d\\.000Z`, 'g')
/** A video that is tried again so late is taken by no node meanwhile. */
const tomorrow = new Date(Date.now() + 24 * 3_600_000).toISOString()

/** What stands in the log, and in the row, of a video that lives so; `write` puts its id and the times of its events (UTC) there. */
export interface Life {
  readonly events: readonly Written[]
  readonly row: Written
}
interface Written {
  readonly type: EventType | 'row'
  readonly state: string
  write(id: string, at: (version: number) => string): string
}

type Step = readonly [EventType, Readonly<Record<string, unknown>>]

const attempt = `${someId}-1`
const video_id = `${someId}-published`
const video_link = `https://example.org/${video_id}`
const edited: Step = ['Edited', { edit: { ...edit, video_title: `The title of ${someId}`, upload_location: 'local' } }]
const claimed: readonly Step[] = [
  edited,
  ['Claimed', { attempt, attempts_limit: 3, why: null }],
  ['UploadOpened', { attempt, destination: null }],
]
const uploaded: readonly Step[] = [
  ...claimed,
  ['FinalizeStarted', { attempt, bytes: 48_211_968, receipt: null }],
  ['Uploaded', { attempt, video_id, video_link, processing: true }],
]
const done: readonly Step[] = [...uploaded, ['Processed', { video_id }]]
const modified: readonly Step[] = [...done, ['Modified', { modification: 'm', edit: { video_title: 'Another title' } }]]

const ends = {
  DONE: [...modified, ['Updated', { video_id, modification: 'm' }]],
  UNEDITED: [['DraftSaved', { edit: { video_title: `A draft of ${someId}` } }]],
  EDITED: [
    ...claimed,
    ['Released', { attempt, cause: 'the destination answered 503', counts: true, not_before: tomorrow, proof: null }],
  ],
  MODIFIED: modified,
  TRANSCODING: uploaded,
  FAILED: [...claimed, ['Failed', { attempt, cause: 'a segment is damaged', proof: null }]],
  OUT_OF_SYNC: [...done, ['ThumbnailFailed', { video_id, cause: 'the destination refuses the thumbnail' }]],
} as const satisfies Readonly<Record<string, readonly Step[]>>

export type End = keyof typeof ends

/** Of 1,000 videos; the rest are DONE. No node has one in hand: it would be found out to be none. */
const shares: readonly (readonly [End, number])[] = [
  ['UNEDITED', 40],
  ['EDITED', 30],
  ['MODIFIED', 10],
  ['TRANSCODING', 5],
  ['FAILED', 10],
  ['OUT_OF_SYNC', 5],
]

/** Where the video `n` ends. */
export function endOf(n: number): End {
  let left = n % 1_000
  for (const [end, share] of shares) {
    if (left < share) return end
    left -= share
  }
  return 'DONE'
}

/** @param length how many events: the schedule's changes make it up. @throws Error where that is too few. */
export function lifeTo(end: End, length: number): Life {
  const rest = ends[end]
  const changes = length - 1 - rest.length
  if (changes < 0) throw new Error(`a life to ${end} has at least ${rest.length + 1} events, not ${length}`)
  return lifeOf([
    ['Created', { source: { ...source, description: `What happens in ${someId}` } }],
    ...Array.from({ length: changes }, (_, n): Step => ['SourceChanged', { source: { notes: `look again, ${n}` } }]),
    ...rest,
  ])
}

/** Nothing but what the schedule says again and again. */
export const longLife = (length: number): Life => lifeTo('UNEDITED', length)

function lifeOf(steps: readonly Step[]): Life {
  const history = steps.map(([type, data], n): VideoEvent => {
    const isEdit = ['DraftSaved', 'Edited', 'Modified'].includes(type)
    const by = { actor: isEdit ? 'ana' : null, node: isEdit ? null : 'node-of-then', cause: null }
    return event(type, data as DataOf<EventType>, { at: placeOf(n + 1), ...by })
  })
  const folded = [...fold(someId, history)]
  const last = folded.at(-1)
  if (last === undefined) throw new Error('a life has events')
  return {
    events: folded.map(({ event: happened, after }) => ({
      ...{ type: happened.type, state: after },
      write: writing(
        JSON.stringify({
          ...{ type: happened.type, schema: events[happened.type].schema, state: after, data: happened.data },
          ...{ actor: happened.actor, node: happened.node },
        }),
      ),
    })),
    row: {
      ...{ type: 'row', state: last.after },
      write: writing(JSON.stringify(project(last.snapshot, history.length, last.since))),
    },
  }
}

/** Taken apart once, so that a video costs no more than putting it together. */
function writing(text: string): Written['write'] {
  const between = text.split(places)
  const found = text.match(places) ?? []
  const versions = found.map((place) => (place === someId ? null : (Date.parse(place) - placeMs) / 1000))
  return (id, at) =>
    between.reduce((made, part, n) => {
      const version = versions[n - 1] ?? null
      return made + (version === null ? id : at(version)) + part
    })
}
