/** The rows themselves: all of them, or one as an editor's page shows it; and what the page sends of it. */
import { Readable } from 'node:stream'
import { isLeft } from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'
import { Text } from '../../../machines/codecs.js'
import { stateOf } from '../../../machines/decide.js'
import { readBlob } from '../../log/blobs.js'
import type { Queryable } from '../../log/database.js'
import { offeredLocations } from '../../log/nodes.js'
import { listPlaylists } from '../../log/playlists.js'
import { readCurrent } from '../../log/read.js'
import { listTemplates } from '../../log/templates.js'
import { refusal } from '../errors.js'
import { type Route, route } from '../route.js'
import { allRows } from './allRows.js'
import { imageOf } from './columns.js'
import { formOf } from './form.js'
import { noVideo, refuse } from './refusals.js'
import { submit, SUBMISSION_BYTES } from './submit.js'

export const rowRoutes: readonly Route[] = [
  route({
    method: 'GET',
    path: '/thrimshim',
    group: 'thrimshim',
    summary: 'All videos by the time of their event, with every column that wubloader has.',
    errors: 'text',
    answers: { 200: { says: 'A list of rows.' } },
    async handle({ reply }, { db }) {
      const rows = allRows(db)
      // where the database does not answer, that is said before anything is sent
      const first = await rows.next()
      return reply
        .type('application/json; charset=utf-8')
        .send(Readable.from(inJson(first, rows), { objectMode: false }))
    },
  }),
  route({
    method: 'GET',
    path: '/thrimshim/:id',
    group: 'thrimshim',
    summary: 'A video as an editor’s page shows it: without what is put around its texts.',
    errors: 'text',
    params: { id: Text },
    answers: { 200: { says: 'The row.' }, 404: { says: 'There is no such video.' } },
    async handle(asked, { db, editing }) {
      const { id } = asked.params
      const read = await readCurrent(db, id)
      if (isLeft(read)) return refuse(asked, read.left, 404)
      const { snapshot, version } = read.right
      if (snapshot === null) return noVideo(asked, id)
      const { context } = snapshot
      return formOf({ state: stateOf(snapshot), version, context }, await base64Of(db, imageOf(context.edit)), {
        editing,
        playlists: await listPlaylists(db),
        locations: await offeredLocations(db),
        hasTemplates: (await listTemplates(db)).length > 0,
      })
    },
  }),
  route({
    method: 'POST',
    path: '/thrimshim/:id',
    group: 'thrimshim',
    summary: 'An edit (`state` EDITED), a draft (UNEDITED), or a change of what is published (MODIFIED).',
    who: 'editor',
    errors: 'text',
    params: { id: Text },
    body: { json: t.UnknownRecord, decoded: 'by the handler', limitBytes: SUBMISSION_BYTES },
    answers: {
      201: { says: 'It is accepted.' },
      400: { says: 'Fields are missing or wrong: a line for each.' },
      403: { says: 'The state of the video does not allow it.' },
      404: { says: 'There is no such video.' },
      409: { says: 'The schedule says something else by now; `override_changes` submits all the same.' },
    },
    async handle(asked, { db, editing }) {
      const { params, body, person, request, reply } = asked
      const outcome = await submit(db, editing, params.id, body, person?.actor ?? null)
      if (!isLeft(outcome)) return reply.code(201).send('')
      const why = outcome.left
      switch (why._tag) {
        case 'NoVideo':
          return noVideo(asked, params.id)
        case 'OtherState':
          return refusal(request, reply, 403, why.why)
        case 'Changed':
          return refusal(request, reply, 409, why.changes.join('\n'))
        case 'Invalid':
        case 'NotAllowed':
        case 'Conflict':
        case 'Unreadable':
          return refuse(asked, why, 403)
      }
    },
  }),
]

async function base64Of(db: Queryable, sha256: string | null): Promise<string | null> {
  const blob = sha256 === null ? null : await readBlob(db, sha256)
  return blob === null ? null : blob.content.toString('base64')
}

/** A list that is never in memory as a whole. */
async function* inJson(first: IteratorResult<unknown, void>, rest: AsyncIterable<unknown>): AsyncGenerator<string> {
  yield '['
  if (first.done !== true) yield JSON.stringify(first.value)
  for await (const row of rest) yield `,\n${JSON.stringify(row)}`
  yield ']\n'
}
