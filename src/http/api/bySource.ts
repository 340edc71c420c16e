/** `/api/videos/by-source`: what a sheet, a schedule or another program says of moments, by what they are called there. */
import { isLeft } from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'
import { Text } from '../../../machines/codecs.js'
import { describeProblem } from '../../../machines/problems.js'
import { SourceChange } from '../../../machines/source.js'
import type { Refusal } from '../../log/act.js'
import { enterBySource, externalId, findByExternalId } from '../../log/bySource.js'
import type { Invalid } from '../../log/commands.js'
import { enterRows, MOST_ROWS } from '../../log/enterRows.js'
import { readRow } from '../../log/videos.js'
import { problemRefusal, refusal } from '../errors.js'
import { isRecord, withoutToken } from '../jsonBody.js'
import { caselessFlag } from '../query.js'
import { type Asked, type Route, route } from '../route.js'

const common = { group: 'videos by source' } as const
const ROWS_BYTES = 8 * 2 ** 20

const Entry = t.intersection([SourceChange, t.partial({ id: Text })])
const Rows = t.type({ rows: t.array(t.intersection([Entry, t.type({ key: Text })])) })

export const bySourceRoutes: readonly Route[] = [
  route({
    ...common,
    method: 'GET',
    path: '/api/videos/by-source/:source/:key',
    summary: 'The video that is called so where it comes from.',
    params: { source: Text, key: Text },
    answers: { 200: { says: 'The row.' }, 404: { says: 'There is none.' } },
    async handle({ params: { source, key }, request, reply }, { db }) {
      const named = externalId(source, key)
      const id = isLeft(named) ? null : await findByExternalId(db, named.right)
      const row = id === null ? null : await readRow(db, id)
      return (
        row ?? refusal(request, reply, 404, `no video comes from ${JSON.stringify(`${source}/${key}`.slice(0, 200))}`)
      )
    },
  }),
  route({
    ...common,
    method: 'PUT',
    path: '/api/videos/by-source/:source/:key',
    summary:
      'Enters the video, or changes what the schedule says of it where that differs. `id` gives a new one its id.',
    who: 'editor',
    params: { source: Text, key: Text },
    query: { 'dry-run': caselessFlag },
    body: { json: Entry, decoded: 'by the handler' },
    answers: {
      200: { says: 'There was one: `outcome` says whether it was changed.' },
      201: { says: 'It is entered.' },
      400: { says: 'A field is wrong.' },
    },
    async handle(asked, { db }) {
      const { params, query, body, person, reply } = asked
      const { id, ...fields } = isRecord(body) ? withoutToken(body) : {}
      if (!isRecord(body) || !(id === undefined || typeof id === 'string'))
        return refuse(asked, {
          _tag: 'Invalid',
          problems: [
            isRecord(body)
              ? { field: 'id', found: JSON.stringify(id), allowed: 'a text' }
              : {
                  field: 'the body',
                  found: body === undefined ? 'nothing' : 'something else',
                  allowed: 'a JSON object',
                },
          ],
        })
      const dryRun = query['dry-run'] ?? false
      const by = { actor: person?.actor ?? null }
      const entered = await enterBySource(db, { ...params, id, fields }, { by, dryRun })
      if (isLeft(entered)) return refuse(asked, entered.left)
      return reply.code(entered.right.outcome === 'created' && !dryRun ? 201 : 200).send(entered.right)
    },
  }),
  route({
    ...common,
    method: 'POST',
    path: '/api/videos/by-source/:source',
    summary: `Up to ${MOST_ROWS} at once: \`rows\` is a list of the same objects, each with its \`key\`. One that is wrong holds up no other.`,
    who: 'editor',
    params: { source: Text },
    query: { 'dry-run': caselessFlag },
    body: { json: Rows, decoded: 'by the handler', limitBytes: ROWS_BYTES },
    answers: { 200: { says: 'What became of each, in order.' }, 400: { says: 'It is no such list.' } },
    async handle(asked, { db }) {
      const { params, query, body, person, signal } = asked
      const rows = isRecord(body) ? body['rows'] : undefined
      if (!Array.isArray(rows) || rows.length > MOST_ROWS)
        return refuse(asked, {
          _tag: 'Invalid',
          problems: [
            {
              field: 'rows',
              found: Array.isArray(rows) ? `${rows.length} rows` : 'no list',
              allowed: `a list of at most ${MOST_ROWS}`,
            },
          ],
        })
      const by = { actor: person?.actor ?? null }
      const options = { by, dryRun: query['dry-run'] ?? false, signal }
      return { outcomes: await enterRows(db, params.source, rows, options) }
    },
  }),
]

function refuse(
  { request, reply }: Pick<Asked<unknown, unknown, unknown>, 'request' | 'reply'>,
  why: Invalid | Refusal,
) {
  switch (why._tag) {
    case 'Invalid':
      return problemRefusal(request, reply, 400, why.problems.map(describeProblem).join('; '), why.problems)
    case 'NotAllowed':
      return refusal(
        request,
        reply,
        409,
        `video ${why.video} is ${why.state ?? 'not there'}: ${why.event} is not possible`,
      )
    case 'Conflict':
      return refusal(request, reply, 503, 'the video keeps changing: try again')
    case 'Unreadable':
      return refusal(request, reply, 500, `event ${why.version} of video ${why.video} cannot be read: ${why.why}`)
  }
}
