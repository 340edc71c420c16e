/** `/thrimshim/event-thumbnail`: the picture that is shown for a video, as far as there is one. */
import { isLeft } from 'fp-ts/lib/Either.js'
import { Text } from '../../../machines/codecs.js'
import type { VideoContext } from '../../../machines/context.js'
import { readBlob } from '../../log/blobs.js'
import { readCurrent } from '../../log/read.js'
import { refusal } from '../errors.js'
import { type Route, route } from '../route.js'
import { imageOf } from './columns.js'
import { noVideo, refuse } from './refusals.js'

export const eventThumbnailRoutes: readonly Route[] = [
  route({
    method: 'GET',
    path: '/thrimshim/event-thumbnail/:id.png',
    group: 'thrimshim',
    summary: 'The picture that is shown for a video: the one that an editor gave, or the last one that was made.',
    errors: 'text',
    params: { id: Text },
    answers: { 200: { says: 'A PNG or JPEG.', type: 'image/png' }, 404: { says: 'There is none, or none yet.' } },
    async handle(asked, { db }) {
      const { params, request, reply } = asked
      const read = await readCurrent(db, params.id)
      if (isLeft(read)) return refuse(asked, read.left, 404)
      if (read.right.snapshot === null) return noVideo(asked, params.id)
      const sha256 = shownImage(read.right.snapshot.context)
      const image = sha256 === null ? null : await readBlob(db, sha256)
      if (image === null) return refusal(request, reply, 404, 'the video has no thumbnail yet')
      return reply.type(image.mediaType).header('cache-control', 'no-cache').send(image.content)
    },
  }),
]

function shownImage({ edit, attempt, published }: VideoContext): string | null {
  if ((edit.thumbnail_mode ?? 'NONE') === 'NONE') return null
  return imageOf(edit) ?? published?.thumbnail?.image ?? attempt?.thumbnail?.image ?? null
}
