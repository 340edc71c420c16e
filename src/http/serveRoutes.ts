/** Makes routes of declarations: who asks is found out first, then what is asked for is decoded, and only then is it handled. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { isLeft } from 'fp-ts/lib/Either.js'
import { problemsOf } from '../../machines/problems.js'
import type { Around } from './around.js'
import { refusal } from './errors.js'
import type { NotSignedIn, Person } from './person.js'
import { BadRequest, queried } from './query.js'
import type { Asked, Body, Route, Who } from './route.js'
import { unstorable } from './storable.js'

/** Of a body of JSON that says nothing else. */
const BODY_BYTES = 64 * 1024

export function serveRoutes(server: FastifyInstance, routes: readonly Route[], around: Around): void {
  // each route knows what it takes, whatever a client calls it
  server.removeAllContentTypeParsers()
  server.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
  for (const route of routes)
    server.route({
      method: route.answersHead ? [route.method, 'HEAD'] : route.method,
      exposeHeadRoute: route.method === 'GET' && !route.answersHead && route.answers[200]?.type === undefined,
      url: route.path,
      bodyLimit: route.body?.limitBytes ?? BODY_BYTES,
      config: { declared: route },
      handler: (request, reply) => answer(route, around, request, reply),
    })
}

async function answer(route: Route, around: Around, request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
  const body = route.body === null ? undefined : bodyOf(route.body, request.body)
  const person = await whoAsks(route.who, around, request, body)
  if ('_tag' in person) return refusal(request, reply, person.status, person.why)
  const gone = new AbortController()
  reply.raw.once('close', () => gone.abort())
  const asked: Asked<unknown, Record<string, unknown>, unknown> = {
    params: paramsOf(route, request),
    query: queryOf(route, request),
    headers: headersOf(route, request),
    body: route.body !== null && 'json' in route.body ? decodedBody(route.body, body) : body,
    person: person.person,
    signal: gone.signal,
    request,
    reply,
  }
  const { params, query, body: found } = asked
  const problems = [params, query, Buffer.isBuffer(found) ? null : found].flatMap((part) => unstorable(part, ''))
  if (problems.length > 0) throw new BadRequest(problems)
  return route.handle(asked, around)
}

/** @throws BadRequest where it is no JSON. */
function bodyOf(declared: Body, body: unknown): unknown {
  const bytes = Buffer.isBuffer(body) ? body : Buffer.alloc(0)
  if ('png' in declared) return bytes
  if (bytes.length === 0) return undefined
  try {
    return JSON.parse(bytes.toString('utf8')) as unknown
  } catch (error) {
    const found = error instanceof Error ? error.message : 'something else'
    throw new BadRequest([{ field: 'the body', found, allowed: 'JSON' }])
  }
}

function decodedBody(declared: Extract<Body, { readonly json: unknown }>, body: unknown): unknown {
  if (declared.decoded === 'by the handler') return body
  const decoded = declared.json.decode(body ?? {})
  if (isLeft(decoded)) throw new BadRequest(problemsOf(decoded.left))
  return decoded.right as unknown
}

function paramsOf({ params, errors }: Route, { params: found }: FastifyRequest): unknown {
  return queried(params, found, errors === 'text' ? 'ignored' : 'refused')
}

const queryOf = ({ query, errors }: Route, { query: found }: FastifyRequest): Record<string, unknown> =>
  queried(query, found, errors === 'text' ? 'ignored' : 'refused')

/** An empty one says nothing. */
function headersOf({ headers }: Route, request: FastifyRequest): Record<string, unknown> {
  const found = Object.keys(headers).map((name) => [name, request.headers[name.toLowerCase()] || undefined])
  return queried(headers, Object.fromEntries(found))
}

/**
 * A credential comes as `Authorization: Bearer …`, as scripts and our pages send it, or as `token` in the body, as wubloader's editor
 * does.
 */
async function whoAsks(
  who: Who,
  { signIn }: Around,
  request: FastifyRequest,
  body: unknown,
): Promise<NotSignedIn | { readonly person: Person | null }> {
  const identified = await signIn.identify(bearerOf(request) ?? tokenOf(body))
  // whoever may read anyway is not turned away because of a token that has expired meanwhile
  const isOpen = who === 'anybody' || (who === 'reader' && !signIn.readsAreClosed)
  if (isLeft(identified)) return isOpen ? { person: null } : identified.left
  const person = identified.right
  if (isOpen) return { person }
  if (person === null) return { _tag: 'NotSignedIn', status: 401, why: 'sign in first: this needs a token or a key' }
  if (who === 'reader' ? person.roles.size > 0 : person.roles.has(who)) return { person }
  const wanted = who === 'reader' ? 'any role' : `the role ${who}`
  return { _tag: 'NotSignedIn', status: 403, why: `${person.actor} is signed in, but has not ${wanted}` }
}

const bearerOf = ({ headers }: FastifyRequest): string | null =>
  /^Bearer +(\S+)$/i.exec(headers.authorization ?? '')?.[1] ?? null

function tokenOf(body: unknown): string | null {
  const token = typeof body === 'object' && body !== null && 'token' in body ? body.token : null
  return typeof token === 'string' ? token : null
}
