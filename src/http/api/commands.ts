/**
 * What people do to a video: `POST /api/videos` enters one, and each event that the chart has for people is a path of its own, such as
 * `POST /api/videos/:id/orphan-adopted`. With `?dry-run` it is only told what would come of it.
 */
import * as t from 'io-ts'
import { isLeft } from 'fp-ts/lib/Either.js'
import { Text } from '../../../machines/codecs.js'
import { events } from '../../../machines/events.js'
import type { ByHand } from '../../../machines/remedies.js'
import { Source } from '../../../machines/source.js'
import type { By } from '../../log/act.js'
import { byHandTypes, deeds, inPath } from '../../log/byHand.js'
import { createVideo, newVideoId } from '../../log/commands.js'
import type { Queryable } from '../../log/database.js'
import { readCurrent } from '../../log/read.js'
import type { Person } from '../person.js'
import { presence } from '../query.js'
import { type Route, route } from '../route.js'
import { meantOf, VersionTags, type Wanted } from '../version.js'
import { commandAnswers, Done, tell } from './answered.js'

const dryRun = { 'dry-run': presence }
const ifMatch = { 'If-Match': VersionTags }
/** An edit has a description of 5,000 bytes and up to 100 ranges. */
const limitBytes = 256 * 1024

const NewVideo = t.intersection([Source, t.exact(t.partial({ id: Text }))])

export const commandRoutes: readonly Route[] = [
  route({
    method: 'POST',
    path: '/api/videos',
    group: 'commands',
    summary: 'Enters a moment of the stream, to be edited later. Without `id` it is given one.',
    who: 'editor',
    query: dryRun,
    body: { json: NewVideo, decoded: 'by the handler', limitBytes },
    changes: 'appends Created',
    answers: {
      ...{ 201: { says: 'It is there.', json: Done }, 200: { says: 'What would come of it, with `?dry-run`.' } },
      ...{ 400: commandAnswers[400], 409: { says: 'There is a video of this id already.' } },
    },
    async handle(asked, { db }) {
      const { id = newVideoId(), ...source } = fieldsOf(asked.body)
      const isDry = asked.query['dry-run'] === true
      const by = { actor: actorOf(asked.person), dryRun: isDry }
      const created = await createVideo(db, typeof id === 'string' ? id : JSON.stringify(id), source, by)
      if (!isLeft(created) && !isDry)
        void asked.reply.code(201).header('location', `/api/videos/${encodeURIComponent(String(id))}`)
      return tell(db, asked, String(id), created)
    },
  }),
  ...byHandTypes.map(commandRoute),
]

function commandRoute(type: ByHand): Route {
  const { body, does } = deeds[type]
  return route({
    method: 'POST',
    path: `/api/videos/:id/${inPath(type)}`,
    group: 'commands',
    summary: events[type].says,
    who: events[type].by,
    params: { id: Text },
    query: dryRun,
    headers: ifMatch,
    body: { json: body, decoded: 'by the handler', limitBytes },
    changes: `appends ${type}`,
    answers: {
      200: { says: 'What it is now; with `?dry-run`, what would come of it and what the row would say.', json: Done },
      ...commandAnswers,
    },
    async handle(asked, { db, unlist }) {
      const { id } = asked.params
      const isDry = asked.query['dry-run'] === true
      const expected = await expectedOf(db, id, asked.headers['If-Match'])
      const by: By = { actor: actorOf(asked.person), dryRun: isDry, ...(expected !== null && { expected }) }
      return tell(db, asked, id, await does({ db, unlist }, id, asked.body, by))
    },
  })
}

/** Whoever may write is known. */
export const actorOf = (person: Person | null): string => person?.actor ?? 'nobody'

const fieldsOf = (body: unknown): Record<string, unknown> =>
  typeof body === 'object' && body !== null && !Array.isArray(body) ? { ...body } : { body }

/** One version is asked for as it is: only of several the video's own has to be known. */
async function expectedOf(db: Queryable, id: string, wanted: Wanted | undefined): Promise<number | null> {
  if (wanted === undefined || wanted === 'any') return null
  if (wanted.length <= 1) return meantOf(wanted, undefined)
  const read = await readCurrent(db, id)
  return meantOf(wanted, isLeft(read) ? undefined : read.right.version)
}
