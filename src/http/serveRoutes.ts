/**
 * Makes routes of declarations: who asks is found out first, then what is asked for is decoded, and only then is it handled. Where the
 * headers say who it is, or the body is too large to be read, that is before any of the body is read.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { type Either, isLeft, left, right } from 'fp-ts/lib/Either.js'
import { problemsOf } from '../../machines/problems.js'
import type { Around } from './around.js'
import { anyNumber, type WriteLimit } from './border/writeLimit.js'
import { refusal } from './errors.js'
import { BadRequest, queried } from './query.js'
import type { Asked, Body, Route } from './route.js'
import type { Person } from './person.js'
import { isSaidInHeaders, refuseWho, whoAsks } from './signIn/whoAsks.js'
import { isDeeper } from './jsonBody.js'
import { unstorable } from './storable.js'

/** Of a body of JSON that says nothing else. */
const BODY_BYTES = 64 * 1024
/** Of lists and objects within each other: what looks at a body may call itself for each, and nobody needs as many. */
const DEEPEST = 64

export function serveRoutes(
  server: FastifyInstance,
  routes: readonly Route[],
  around: Around,
  writes: WriteLimit = anyNumber,
): void {
  // each route knows what it takes, whatever a client calls it
  server.removeAllContentTypeParsers()
  server.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
  const border = { around, writes }
  for (const route of routes) {
    const bodyLimit = route.body?.limitBytes ?? BODY_BYTES
    const admitted = new WeakMap<FastifyRequest, Admitted>()
    server.route({
      method: route.answersHead ? [route.method, 'HEAD'] : route.method,
      exposeHeadRoute: route.method === 'GET' && !route.answersHead && route.answers[200]?.type === undefined,
      url: route.path,
      bodyLimit,
      config: { declared: route },
      onRequest: async (request, reply) => {
        const isTooLarge = Number(request.headers['content-length'] ?? 0) > bodyLimit
        if (route.method === 'GET' || !(isTooLarge || isSaidInHeaders(request))) return
        const found = await admit(route, border, request, reply, undefined)
        if ('refused' in found) {
          // what comes of the body is not waited for
          if (isTooLarge) void reply.header('connection', 'close')
          return found.refused()
        }
        admitted.set(request, found)
      },
      handler: (request, reply) => answer(route, border, admitted.get(request) ?? null, request, reply),
    })
  }
}

interface Border {
  readonly around: Around
  readonly writes: WriteLimit
}

interface Admitted {
  readonly person: Person | null
}

/** Whether who asks may do so now. @param body in which a credential may be. */
async function admit(
  route: Route,
  { around, writes }: Border,
  request: FastifyRequest,
  reply: FastifyReply,
  body: unknown,
): Promise<Admitted | { readonly refused: () => FastifyReply }> {
  const asking = await whoAsks(route, around.signIn, request, body)
  const person = '_tag' in asking ? null : asking.person
  const waitSeconds = route.method === 'GET' ? null : await writes(request, person)
  if (waitSeconds !== null) {
    const why = `too many writes: try again in ${waitSeconds} s`
    return { refused: () => refusal(request, reply.header('retry-after', waitSeconds), 429, why) }
  }
  return '_tag' in asking ? { refused: () => refuseWho(request, reply, route, asking) } : { person }
}

/** @param before who asks, where that was found out before the body came. */
async function answer(
  route: Route,
  border: Border,
  before: Admitted | null,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<unknown> {
  const body = bodyOf(route.body, request.body)
  const found = before ?? (await admit(route, border, request, reply, isLeft(body) ? undefined : body.right))
  if ('refused' in found) return found.refused()
  if (isLeft(body)) throw body.left
  const { person } = found
  const gone = new AbortController()
  reply.raw.once('close', () => gone.abort())
  // it may have gone while it was found out who it is
  if (reply.raw.destroyed) gone.abort()
  const asked: Asked<unknown, Record<string, unknown>, unknown> = {
    params: paramsOf(route, request),
    query: queryOf(route, request),
    body: wanted(route.body, body.right),
    person,
    headers: headersOf(route, request),
    signal: gone.signal,
    request,
    reply,
  }
  const { params, query, body: sent } = asked
  const problems = [params, query, Buffer.isBuffer(sent) ? null : sent].flatMap((part) => unstorable(part, ''))
  if (problems.length > 0) throw new BadRequest(problems)
  return route.handle(asked, border.around)
}

/**
 * What is no JSON is said only to who may know it. Nothing of the body is repeated: it may be a credential. Where no body is wanted
 * there may still be a token in it.
 */
function bodyOf(declared: Body | null, body: unknown): Either<BadRequest, unknown> {
  const bytes = Buffer.isBuffer(body) ? body : Buffer.alloc(0)
  if (declared !== null && 'png' in declared) return right(bytes)
  if (bytes.length === 0) return right(undefined)
  const wrong = (found: string, allowed: string) => left(new BadRequest([{ field: 'the body', found, allowed }]))
  try {
    const body: unknown = JSON.parse(bytes.toString('utf8'))
    return declared !== null && isDeeper(body, DEEPEST)
      ? wrong('more levels of lists and objects within each other', `at most ${DEEPEST}`)
      : right(body)
  } catch (error) {
    if (declared === null) return right(undefined)
    const [where] = /at position \d+/.exec(error instanceof Error ? error.message : '') ?? []
    const found = where === undefined ? 'what is no JSON' : `a mistake ${where}`
    return wrong(found, 'JSON')
  }
}

function wanted(declared: Body | null, body: unknown): unknown {
  if (declared === null) return undefined
  if ('png' in declared || declared.decoded === 'by the handler') return body
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
