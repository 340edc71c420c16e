/** `/api/videos/:id/why`: one sentence. */
import { isLeft } from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'
import { Text } from '../../../machines/codecs.js'
import { why } from '../../../machines/why.js'
import { readCircumstances } from '../../log/circumstances.js'
import { refusal } from '../errors.js'
import { type Route, route } from '../route.js'
import { described } from './answered.js'

const Why = t.type({
  id: t.string,
  version: t.number,
  state: t.string,
  sentence: t.string,
  wait: t.string,
  waitsFor: t.union([t.string, t.null]),
  until: t.union([t.string, t.null]),
  remedies: t.array(t.type({ event: t.string, forced: t.boolean, when: t.string, command: t.string })),
})

export const whyRoutes: readonly Route[] = [
  route({
    method: 'GET',
    path: '/api/videos/:id/why',
    group: 'videos',
    summary: 'Why it is not moving, in one sentence, and what people can do about it.',
    params: { id: Text },
    answers: {
      200: {
        says: 'The sentence, said of this `version`; `until` is when it may move on by itself. Of a remedy that is `forced` only that form is taken.',
        json: Why,
      },
      404: { says: 'There is no such video.' },
      409: { says: 'Its events cannot be read by this version.' },
    },
    async handle({ params: { id }, request, reply }, { db }) {
      const read = await readCircumstances(db, id)
      if (isLeft(read)) {
        const { status, why: said } = await described(db, id, read.left)
        return refusal(request, reply, status, said)
      }
      if (read.right === null)
        return refusal(request, reply, 404, `there is no video ${JSON.stringify(id.slice(0, 120))}`)
      return { id, version: read.right.version, ...why(read.right) }
    },
  }),
]
