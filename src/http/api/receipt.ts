/** `/api/videos/:id/receipt`: what a cut was made of. */
import { isLeft } from 'fp-ts/lib/Either.js'
import type { DataOf } from '../../../machines/events.js'
import { readBlob } from '../../log/blobs.js'
import { lastOfType } from '../../log/read.js'
import { refusal } from '../errors.js'
import { wholeNumber } from '../query.js'
import { type Route, route } from '../route.js'
import { Name } from './listQuery.js'

export const receiptRoutes: readonly Route[] = [
  route({
    method: 'GET',
    path: '/api/videos/:id/receipt',
    group: 'videos',
    summary: 'What the video was cut of: its segments with their hashes, holes, transitions, what was encoded, checks.',
    params: { id: Name },
    query: { version: wholeNumber(1, 2 ** 31 - 1) },
    answers: {
      200: { says: 'The receipt of the last cut up to `version`, with the event that it came with.' },
      404: { says: 'There is no such video, or no cut of it has come to its end.' },
    },
    async handle({ params: { id }, query: { version = null }, request, reply }, { db }) {
      const cut = await lastOfType(db, id, 'FinalizeStarted', version)
      if (cut === null || isLeft(cut.event))
        return refusal(request, reply, 404, `no cut of ${JSON.stringify(id.slice(0, 120))} has come to its end`)
      const { attempt, bytes, receipt: sha256 } = cut.event.right.data as DataOf<'FinalizeStarted'>
      const blob = sha256 === null ? null : await readBlob(db, sha256)
      return {
        ...{ video: id, version: cut.version, at: cut.recordedAt, node: cut.node, attempt, bytes, sha256 },
        receipt: blob === null ? null : (JSON.parse(blob.content.toString('utf8')) as unknown),
      }
    },
  }),
]
