/** What can be done about a row but editing it. */
import { isLeft } from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'
import { Text } from '../../../machines/codecs.js'
import { resetVideo } from '../../log/commands.js'
import { linkVideo } from '../../log/link.js'
import { problemRefusal } from '../errors.js'
import { isRecord } from '../jsonBody.js'
import { caselessFlag } from '../query.js'
import { type Route, route } from '../route.js'
import { refuse } from './refusals.js'

export const remedyRoutes: readonly Route[] = [
  route({
    method: 'POST',
    path: '/thrimshim/reset/:id',
    group: 'thrimshim',
    summary: 'Back to UNEDITED; the edit is kept. With `force` also where something is published.',
    who: 'editor',
    errors: 'text',
    params: { id: Text },
    query: { force: caselessFlag },
    body: { json: t.UnknownRecord, decoded: 'by the handler' },
    answers: {
      200: { says: 'It is UNEDITED.' },
      404: { says: 'There is no such video, or its state needs `force`.' },
    },
    async handle(asked, { db }) {
      const { params, query, person, reply } = asked
      const by = { actor: person?.actor ?? null }
      const outcome = await resetVideo(db, params.id, query.force ?? false, null, by)
      return isLeft(outcome) ? refuse(asked, outcome.left, 404) : reply.send('')
    },
  }),
  route({
    method: 'POST',
    path: '/thrimshim/manual-link/:id',
    group: 'thrimshim',
    summary: 'Somebody has uploaded the video by other means: its link makes it DONE.',
    who: 'editor',
    errors: 'text',
    params: { id: Text },
    body: { json: t.type({ link: Text }), decoded: 'by the handler' },
    answers: {
      200: { says: 'It is DONE.' },
      400: { says: 'The link, or the location, is none that is allowed.' },
      403: { says: 'The state of the video does not allow it.' },
      404: { says: 'There is no such video.' },
    },
    async handle(asked, { db }) {
      const { params, body, person, request, reply } = asked
      const { link, upload_location = 'manual' } = isRecord(body) ? body : {}
      const problems = Object.entries({ link, upload_location })
        .filter(([, value]) => typeof value !== 'string')
        .map(([field, value]) => ({ field, found: JSON.stringify(value) ?? 'nothing', allowed: 'a text' }))
      if (typeof link !== 'string' || typeof upload_location !== 'string')
        return problemRefusal(request, reply, 400, 'the request has values that are not allowed', problems)
      const by = { actor: person?.actor ?? null }
      const outcome = await linkVideo(db, params.id, { link, upload_location }, by)
      return isLeft(outcome) ? refuse(asked, outcome.left, 403) : reply.send('')
    },
  }),
]
