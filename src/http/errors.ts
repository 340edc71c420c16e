/** What a request is told that cannot be answered: what is wrong with it, never how the server is made. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { describeProblem, type FieldProblem } from '../../machines/problems.js'
import { isConnectionError } from '../log/connectionError.js'
import { BadRequest } from './query.js'
import type { Route } from './route.js'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** What the route was made of; absent for files of the console. */
    readonly declared?: Route
  }
}

/** Says what is wrong in the route's own form: plain text where wubloader's clients show it as it comes, else JSON. */
export function refusal(
  request: FastifyRequest,
  reply: FastifyReply,
  status: number,
  why: string,
  more: Readonly<Record<string, unknown>> = {},
): FastifyReply {
  void reply.code(status)
  return request.routeOptions.config?.declared?.errors === 'text'
    ? reply.type('text/plain; charset=utf-8').send(`${why}\n`)
    : reply.send({ error: why, ...more })
}

export const problemRefusal = (
  request: FastifyRequest,
  reply: FastifyReply,
  status: number,
  why: string,
  problems: readonly FieldProblem[],
): FastifyReply =>
  refusal(
    request,
    reply,
    status,
    request.routeOptions.config?.declared?.errors === 'text' ? problems.map(describeProblem).join('\n') : why,
    { problems },
  )

export function answerErrors(
  server: FastifyInstance,
  routes: readonly Route[],
  onTrouble: (error: unknown) => void,
): void {
  const patterns = routes.map(({ method, path, errors }) => ({ method, errors, root: rootOf(path), at: pattern(path) }))
  server.setNotFoundHandler((request, reply) => {
    const [path = ''] = request.url.split('?')
    const allowed = patterns.filter(({ at }) => at.test(path)).map(({ method }) => method)
    const isText = patterns.some(
      ({ errors, root, at }) => errors === 'text' && (root === rootOf(path) || at.test(path)),
    )
    const tell = (status: number, why: string) =>
      isText
        ? reply.code(status).type('text/plain; charset=utf-8').send(`${why}\n`)
        : reply.code(status).send({ error: why })
    if (allowed.length === 0) return tell(404, `there is nothing at ${path.slice(0, 200)}`)
    const methods = [...new Set(allowed.flatMap((one) => (one === 'GET' ? ['GET', 'HEAD'] : [one])))].join(', ')
    void reply.header('allow', methods)
    return tell(405, `${request.method} is not possible here; allowed: ${methods}`)
  })
  server.setErrorHandler((error, request, reply) => {
    if (error instanceof BadRequest) return problemRefusal(request, reply, 400, error.message, error.problems)
    const status = statusOf(error)
    if (status !== null) return refusal(request, reply, status, (error as Error).message)
    onTrouble(error)
    if (isConnectionError(error)) return refusal(request, reply, 503, 'the database does not answer; try again')
    return refusal(request, reply, 500, "something went wrong here; this node's log says what")
  })
}

/** Of an address that cannot be read nothing is repeated: there may be a credential in it. */
export function answerBadUrl(_error: unknown, request: FastifyRequest, reply: FastifyReply): void {
  void reply
    .code(400)
    .send({ error: `the address of this ${request.method} cannot be read: a % in it begins no character` })
}

/** The first part of a path. */
export const rootOf = (path: string): string => path.split('/')[1] ?? ''

/** What the path of a declaration stands for. */
export function pattern(path: string): RegExp {
  const parts = path.split(/(:[A-Za-z]+|\*)/).map((part) => {
    if (part === '*') return '.*'
    return part.startsWith(':') ? '[^/]+' : part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
  })
  return new RegExp(`^${parts.join('')}$`)
}

/** The status of an error that Fastify says is the request's own fault. */
function statusOf(error: unknown): number | null {
  const status = typeof error === 'object' && error !== null && 'statusCode' in error ? error.statusCode : null
  return typeof status === 'number' && status >= 400 && status < 500 ? status : null
}
