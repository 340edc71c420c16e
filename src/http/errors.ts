/** What a request is told that cannot be answered: what is wrong with it, never how the server is made. */
import type { FastifyInstance } from 'fastify'
import { isConnectionError } from '../log/connectionError.js'
import { BadRequest } from './query.js'

export function answerErrors(server: FastifyInstance, onTrouble: (error: unknown) => void): void {
  server.setNotFoundHandler((request, reply) => {
    const [path = ''] = request.url.split('?')
    if (request.method !== 'GET' && request.method !== 'HEAD')
      return reply
        .code(405)
        .header('allow', 'GET, HEAD')
        .send({ error: `${request.method} is not possible here; only GET is` })
    return reply.code(404).send({ error: `there is nothing at ${path.slice(0, 200)}` })
  })
  server.setErrorHandler((error, _request, reply) => {
    if (error instanceof BadRequest) return reply.code(400).send({ error: error.message, problems: error.problems })
    const status = statusOf(error)
    if (status !== null) return reply.code(status).send({ error: (error as Error).message })
    onTrouble(error)
    if (isConnectionError(error)) return reply.code(503).send({ error: 'the database does not answer; try again' })
    return reply.code(500).send({ error: "something went wrong here; this node's log says what" })
  })
}

/** The status of an error that Fastify says is the request's own fault. */
function statusOf(error: unknown): number | null {
  const status = typeof error === 'object' && error !== null && 'statusCode' in error ? error.statusCode : null
  return typeof status === 'number' && status >= 400 && status < 500 ? status : null
}
