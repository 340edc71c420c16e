/** `/api/locations`: the destinations, what happened to each, and the pause that an operator gives one. */
import * as t from 'io-ts'
import { type Either, isLeft } from 'fp-ts/lib/Either.js'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { stateName } from '../../../machines/decide.js'
import { describeProblem } from '../../../machines/problems.js'
import { refined } from '../../../machines/codecs.js'
import { locationMetaOf, locationRemediesOf } from '../../../machines/location.js'
import type { By } from '../../log/act.js'
import type { Invalid } from '../../log/commands.js'
import type { Db } from '../../log/database.js'
import { pauseLocation, type PauseEnd, resumeLocation } from '../../log/locationCommands.js'
import {
  type ActedOnLocation,
  type ListedLocation,
  listLocations,
  type LocationRefusal,
  locationStream,
  readLocation,
} from '../../log/locations.js'
import { readStream } from '../../log/read.js'
import { problemRefusal, refusal } from '../errors.js'
import { BadRequest, caselessFlag, wholeNumber } from '../query.js'
import type { Person } from '../person.js'
import { type Route, route } from '../route.js'
import { etagOf, meantOf, VersionTags, type Wanted } from '../version.js'
import { Moment, Name } from './listQuery.js'

const why = refined(
  t.string,
  'a text of 1 to 1,000 characters, for the log',
  (text) => text.trim() !== '' && text.length <= 1_000 && !text.includes('\0'),
)
const YEAR_SECONDS = 366 * 86_400
const PauseBody = t.intersection([
  t.strict({ why }),
  t.partial({
    until: Moment,
    for_seconds: refined(
      t.number,
      'a whole number, 1 to 31622400',
      (seconds) => Number.isInteger(seconds) && seconds >= 1 && seconds <= YEAR_SECONDS,
    ),
  }),
])
const changed = {
  200: { says: 'The state that it is in now, or would be in; `version` is the event’s, or the last one’s.' },
  404: { says: 'No node offers such a location, and none ever did.' },
  409: { says: 'Its state does not allow it: what would be possible is named.' },
  412: { says: 'It has another version than `If-Match` says; `version` is the one that it has.' },
}
const ifMatch = { 'If-Match': VersionTags }
const trial = { 'dry-run': caselessFlag }

export const locationRoutes: readonly Route[] = [
  route({
    method: 'GET',
    path: '/api/locations',
    group: 'locations',
    summary: 'The locations: which are paused and why, and what waits for them.',
    answers: { 200: { says: 'The locations; `possible` is what people can do to each.' } },
    handle: async (_, { db }) => ({ locations: (await listLocations(db)).map(shown) }),
  }),
  route({
    method: 'GET',
    path: '/api/locations/:name',
    group: 'locations',
    summary: 'A location, and the events of its stream, a page at a time.',
    params: { name: Name },
    query: { after: wholeNumber(0, 2 ** 31 - 1), limit: wholeNumber(1, 500) },
    answers: {
      200: { says: 'The location, its events, and the version after which the next page begins: null at the end.' },
      404: changed[404],
    },
    async handle({ params: { name }, query: { after = 0, limit = 100 }, request, reply }, { db }) {
      const location = (await listLocations(db)).find((one) => one.name === name)
      if (!location) return noLocation(request, reply, name)
      const history = await readStream(db, locationStream(name), { after, limit: limit + 1 })
      const page = history.slice(0, limit)
      return {
        location,
        events: page.map(({ event, stream: _stream, ...recorded }) => ({
          ...recorded,
          unreadable: isLeft(event) ? event.left.why : null,
        })),
        next: history.length > limit ? (page.at(-1)?.version ?? null) : null,
      }
    },
  }),
  route({
    method: 'POST',
    path: '/api/locations/:name/pause',
    group: 'locations',
    summary: 'From now on no node claims a video for it; uploads that are under way go on.',
    who: 'operator',
    params: { name: Name },
    query: trial,
    headers: ifMatch,
    body: { json: PauseBody, decoded: 'here' },
    answers: changed,
    async handle({ params: { name }, query, headers, body, person, request, reply }, { db }) {
      const { until, for_seconds } = body
      if (until !== undefined && for_seconds !== undefined)
        throw new BadRequest([{ field: 'until', found: 'for_seconds beside it', allowed: 'one of the two' }])
      const end: PauseEnd =
        until !== undefined ? { until } : for_seconds !== undefined ? { forMs: for_seconds * 1000 } : null
      const isTrial = query['dry-run'] === true
      const terms = { isTrial, ...(await expectedOf(db, name, headers['If-Match'])) }
      const outcome = await pauseLocation(db, name, body.why, end, by(person), terms)
      return told(db, request, reply, name, outcome, isTrial)
    },
  }),
  route({
    method: 'POST',
    path: '/api/locations/:name/resume',
    group: 'locations',
    summary: 'A paused location is tried now, with one video: where that gets through, all may come.',
    who: 'operator',
    params: { name: Name },
    query: trial,
    headers: ifMatch,
    body: { json: t.strict({ why }), decoded: 'here' },
    answers: changed,
    async handle({ params: { name }, query, headers, body, person, request, reply }, { db }) {
      const isTrial = query['dry-run'] === true
      const terms = { isTrial, ...(await expectedOf(db, name, headers['If-Match'])) }
      return told(db, request, reply, name, await resumeLocation(db, name, body.why, by(person), terms), isTrial)
    },
  }),
]

export type ShownLocation = ReturnType<typeof shown>

const shown = (location: ListedLocation) => ({
  ...location,
  colour: locationMetaOf(location.state)?.colour ?? ('grey' as const),
  possible: locationRemediesOf(location.state),
})

const by = (person: Person | null): By => ({ actor: person?.actor ?? null })

const noLocation = (request: FastifyRequest, reply: FastifyReply, name: string): FastifyReply =>
  refusal(request, reply, 404, `there is no location ${JSON.stringify(name)}`)

async function expectedOf(db: Db, name: string, wanted: Wanted | undefined): Promise<{ readonly expected?: number }> {
  if (wanted === undefined || wanted === 'any') return {}
  const read = await readLocation(db, name)
  return { expected: meantOf(wanted, isLeft(read) ? undefined : read.right.version) }
}

async function told(
  db: Db,
  request: FastifyRequest,
  reply: FastifyReply,
  name: string,
  outcome: Either<Invalid | LocationRefusal, ActedOnLocation>,
  isTrial: boolean,
): Promise<unknown> {
  if (isLeft(outcome)) return refused(db, request, reply, name, outcome.left)
  const { version, event, before, snapshot } = outcome.right
  const { pause } = snapshot.context
  const until = snapshot.matches('PAUSED') ? (pause?.until ?? null) : null
  void reply.header('etag', etagOf(version))
  return {
    name,
    version,
    event: event.type,
    before: stateName(before),
    state: stateName(snapshot),
    until,
    dryRun: isTrial,
  }
}

async function refused(
  db: Db,
  request: FastifyRequest,
  reply: FastifyReply,
  name: string,
  refusedFor: Invalid | LocationRefusal,
): Promise<FastifyReply> {
  switch (refusedFor._tag) {
    case 'Invalid': {
      const { problems } = refusedFor
      if (problems.some(({ field }) => field === 'location')) return noLocation(request, reply, name)
      return problemRefusal(request, reply, 400, problems.map(describeProblem).join('; '), problems)
    }
    case 'LocationNotAllowed': {
      const { event, state, possible } = refusedFor
      return refusal(request, reply, 409, `${event} is not possible for ${name} while it is ${state}`, {
        state,
        possible,
      })
    }
    case 'Unreadable':
      return refusal(
        request,
        reply,
        409,
        `event ${refusedFor.version} of ${name} cannot be read here: ${refusedFor.why}`,
      )
    case 'Conflict': {
      const read = await readLocation(db, name)
      // whoever has named no version is not refused for one: this was tried many times
      if (request.headers['if-match'] === undefined || isLeft(read))
        return refusal(request, reply, 409, `${name} is changed by others all the time; try again`)
      const { version } = read.right
      const state = stateName(read.right.snapshot)
      void reply.header('etag', etagOf(version))
      return refusal(request, reply, 412, `somebody was faster: ${name} is ${state} now`, { version, state })
    }
  }
}
