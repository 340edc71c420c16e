/** What YouTube makes of videos that it has (https://developers.google.com/youtube/v3/docs/videos#status). */
import * as t from 'io-ts'
import { isLeft } from 'fp-ts/lib/Either.js'
import type { Processing } from '../backend.js'
import type { Api } from './api.js'
import { YoutubeError } from './errors.js'

const Listed = t.type({
  items: t.array(
    t.type({
      id: t.string,
      status: t.intersection([
        t.type({ uploadStatus: t.string }),
        t.partial({ failureReason: t.string, rejectionReason: t.string }),
      ]),
    }),
  ),
})

const MOST_IDS = 50

/** Each of the videos; fifty cost one unit of the day's quota. Throws a YoutubeError. */
export async function processing(api: Api, ids: readonly string[]): Promise<Map<string, Processing>> {
  const found = new Map<string, Processing>()
  for (let n = 0; n < ids.length; n += MOST_IDS) {
    const some = ids.slice(n, n + MOST_IDS)
    const answer = await api.call('the question how far videos are', {
      method: 'GET',
      url: `${api.root}/youtube/v3/videos?part=status&id=${some.map(encodeURIComponent).join(',')}`,
    })
    const listed = Listed.decode(answer.body)
    if (isLeft(listed)) throw new YoutubeError('YouTube answered with a list that is none', { _tag: 'backOff' })
    const items = new Map(listed.right.items.map((item) => [item.id, item.status]))
    for (const id of some) found.set(id, meaning(items.get(id)))
  }
  return found
}

function meaning(status: t.TypeOf<typeof Listed>['items'][number]['status'] | undefined): Processing {
  if (status === undefined) return { _tag: 'missing' }
  const { uploadStatus, failureReason, rejectionReason } = status
  switch (uploadStatus) {
    case 'uploaded':
      return { _tag: 'processing' }
    case 'processed':
      return { _tag: 'processed' }
    case 'failed':
      return { _tag: 'rejected', cause: `YouTube could not process it (${failureReason ?? 'it gives no reason'})` }
    case 'rejected':
      return { _tag: 'rejected', cause: `YouTube refuses it (${rejectionReason ?? 'it gives no reason'})` }
    default:
      return { _tag: 'rejected', cause: `YouTube says that it is ${uploadStatus}` }
  }
}
