/** Which events are announced, and what is said of them. */
import { isLeft } from 'fp-ts/lib/Either.js'
import { needsPerson } from '../../machines/needsPerson.js'
import { metaOf } from '../../machines/video.js'
import type { Recorded } from '../log/read.js'
import type { Telling } from '../log/webhooks.js'
import type { Kind } from './webhook.js'

/** The body of the request, as JSON. Its fields are documented in docs/destinations.md: they may become more, never other. */
export interface Message {
  /** `VIDEO/VERSION`, the same for every repeat. */
  readonly id: string
  /** The event's type. */
  readonly event: string
  readonly kind: Kind | 'test'
  readonly video: string | null
  /** Where the event led; all below down to `error` is as of the sending. */
  readonly state: string | null
  readonly title: string | null
  readonly location: string | null
  readonly video_link: string | null
  readonly video_id: string | null
  /** Why a person is needed, as of the event where that says it. */
  readonly error: string | null
  /** When it happened, UTC. */
  readonly at: string
  readonly actor: string | null
}

const outermost = (state: string): string | undefined => state.split('.')[0]

function kindOfState(state: string): Kind | null {
  if (outermost(state) === 'DONE') return 'done'
  return metaOf(state)?.error === true ? 'attention' : null
}

/** Whether an event may be announced, by what a notification tells of it. */
export const mayBeAnnounced = ({ type, state }: { readonly type: string; readonly state: string }): boolean =>
  needsPerson(type) || kindOfState(state) !== null

/** As what an event is announced; null for most. `before` is the state that it came upon, null for a video's first event. */
export function kindOf({ type, state }: Pick<Recorded, 'type' | 'state'>, before: string | null): Kind | null {
  if (needsPerson(type)) return 'attention'
  return before !== null && outermost(before) === outermost(state) ? null : kindOfState(state)
}

export function messageOf(video: string, event: Recorded, kind: Kind, telling: Telling): Message {
  const { type, version, state, recordedAt, actor } = event
  const { title, location, videoLink, videoId, error } = telling
  return {
    id: `${video}/${version}`,
    event: type,
    kind,
    video,
    state,
    title,
    location,
    video_link: videoLink,
    video_id: videoId,
    // a video that has moved on has no error any more, or another one
    error: kind === 'done' ? null : (reasonOf(event) ?? error),
    at: recordedAt,
    actor,
  }
}

function reasonOf({ event }: Recorded): string | null {
  if (isLeft(event)) return null
  const { type, data } = event.right
  if (type === 'OrphanFound')
    return `published at ${data.upload_location} by an attempt that was over: ${data.video_link}`
  if ('cause' in data) return data.cause
  return 'message' in data ? data.message : null
}

/** What `reelstate webhook test` sends. */
export const testMessage = (id: string, at: string, actor: string): Message => ({
  id: `test/${id}`,
  event: 'Test',
  kind: 'test',
  video: null,
  state: null,
  title: null,
  location: null,
  video_link: null,
  video_id: null,
  error: null,
  at,
  actor,
})
