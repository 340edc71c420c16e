/**
 * Slow clients time out: one that does not get its request across, and one that takes nothing of its answer. An answer itself may last
 * as long as it likes, as events and cuts do, and may take as long to begin.
 */
import type { Server } from 'node:http'
import type { Socket } from 'node:net'
import type { FastifyInstance, FastifyHttpOptions } from 'fastify'
import type { Care } from './care.js'

/** How often connections are looked at, at the most. */
const CHECK_MS = 5_000
const HEADERS_MS = 20_000

export const patienceOf = ({ requestMs, idleMs }: Care) =>
  ({
    requestTimeout: requestMs,
    connectionTimeout: idleMs,
    http: {
      headersTimeout: Math.min(HEADERS_MS, requestMs),
      connectionsCheckingInterval: Math.min(CHECK_MS, requestMs),
    },
  }) satisfies FastifyHttpOptions<Server>

/** To be called before the routes are made. */
export function endStuckClients(server: FastifyInstance, { idleMs }: Care): void {
  const answering = new WeakMap<Socket, number>()
  const count = (socket: Socket, by: number) => answering.set(socket, (answering.get(socket) ?? 0) + by)
  server.addHook('onRequest', async ({ raw: { socket } }, reply) => {
    count(socket, 1)
    reply.raw.once('close', () => count(socket, -1))
  })
  server.server.on('timeout', (socket: Socket) => {
    const isWaitingForUs = (answering.get(socket) ?? 0) > 0 && socket.writableLength === 0
    if (isWaitingForUs) socket.setTimeout(idleMs)
    else socket.destroy()
  })
}
