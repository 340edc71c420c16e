/**
 * Changing a published video: read, merge, write, read again. `videos.update` replaces each part that it is given and deletes what
 * is left out of it (https://developers.google.com/youtube/v3/docs/videos/update), so what it does not concern is sent back as read.
 */
import * as t from 'io-ts'
import { isLeft } from 'fp-ts/lib/Either.js'
import type { Shown } from '../backend.js'
import type { Api } from './api.js'
import { YoutubeError } from './errors.js'

const Snippet = t.intersection([
  t.type({ title: t.string, categoryId: t.string }),
  t.partial({
    description: t.string,
    tags: t.readonlyArray(t.string),
    defaultLanguage: t.string,
    defaultAudioLanguage: t.string,
  }),
])
const Status = t.intersection([
  t.type({ privacyStatus: t.string }),
  t.partial({
    embeddable: t.boolean,
    license: t.string,
    publicStatsViewable: t.boolean,
    publishAt: t.string,
    selfDeclaredMadeForKids: t.boolean,
    containsSyntheticMedia: t.boolean,
  }),
])
const Listed = t.type({ items: t.array(t.type({ id: t.string, snippet: Snippet, status: Status })) })
type Resource = t.TypeOf<typeof Listed>['items'][number]

// whatever else a part has can't be set, and is refused or ignored
const settable = {
  snippet: Object.keys({ ...Snippet.types[0].props, ...Snippet.types[1].props }),
  status: Object.keys({ ...Status.types[0].props, ...Status.types[1].props }),
}

/**
 * Makes the video show what it shall. Nothing is written where it does already. Throws a YoutubeError, also where the change was
 * taken but is not to be seen afterwards.
 * @returns false where there is no such video.
 */
export async function update(api: Api, id: string, wanted: Shown): Promise<boolean> {
  const now = await read(api, id)
  if (now === null) return false
  const change = changeOf(now, wanted)
  if (change === null) return true
  await api.call('the change of a video', {
    method: 'PUT',
    url: `${api.root}/youtube/v3/videos?part=${Object.keys(change).join(',')}`,
    headers: { 'Content-Type': 'application/json; charset=UTF-8' },
    body: JSON.stringify({ id, ...change }),
  })
  const then = await read(api, id)
  if (then === null) return false
  if (changeOf(then, wanted) !== null)
    throw new YoutubeError('YouTube took the change of a video, but does not show it', { _tag: 'backOff' })
  return true
}

/** Takes a video out of all lists, and changes nothing else. Throws a YoutubeError. @returns false where there is no such video. */
export async function unlist(api: Api, id: string): Promise<boolean> {
  const now = await read(api, id)
  if (now === null) return false
  const { title, description = '', tags = [] } = now.snippet
  return update(api, id, { title, description, tags, public: false })
}

async function read(api: Api, id: string): Promise<Resource | null> {
  const answer = await api.call('the question what a video shows', {
    method: 'GET',
    url: `${api.root}/youtube/v3/videos?part=snippet,status&id=${encodeURIComponent(id)}`,
  })
  const listed = Listed.decode(answer.body)
  if (isLeft(listed)) throw new YoutubeError('YouTube answered with a video that is none', { _tag: 'backOff' })
  return listed.right.items.find((item) => item.id === id) ?? null
}

/** The parts that have to be written, whole; null where nothing differs. */
export function changeOf(
  { snippet, status }: Resource,
  wanted: Shown,
): Partial<Record<'snippet' | 'status', object>> | null {
  const { title, description, tags } = wanted
  const privacyStatus = privacyOf(status.privacyStatus, wanted.public)
  const differs = {
    snippet:
      !sameText(snippet.title, title) ||
      !sameText(snippet.description ?? '', description) ||
      !sameTags(snippet.tags ?? [], tags),
    status: status.privacyStatus !== privacyStatus,
  }
  const change = {
    ...(differs.snippet && { snippet: { ...settableOf(snippet, settable.snippet), title, description, tags } }),
    ...(differs.status && { status: { ...settableOf(status, settable.status), privacyStatus } }),
  }
  return differs.snippet || differs.status ? change : null
}

// what a server may tidy up must not look like a difference for ever
const tidy = (text: string): string => text.replaceAll('\r\n', '\n').trim().normalize('NFC')
const sameText = (one: string, other: string): boolean => tidy(one) === tidy(other)
const sameTags = (some: readonly string[], others: readonly string[]): boolean =>
  sameText([...new Set(some.map(tidy))].sort().join(), [...new Set(others.map(tidy))].sort().join())

/** What a person has made private stays so, as long as it shall not be public. */
const privacyOf = (now: string, isPublic: boolean): string =>
  isPublic ? 'public' : now === 'private' ? 'private' : 'unlisted'

const settableOf = (part: object, names: readonly string[]): object =>
  Object.fromEntries(Object.entries(part).filter(([name]) => names.includes(name)))
