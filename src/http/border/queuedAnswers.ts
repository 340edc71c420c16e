/**
 * A client may send further requests before it has its answer to the first. Their answers wait for their turn on the connection, and
 * where that closes Node tells only the answer that has it: the others would be made, and would hold what they hold, for nobody.
 */
import type { ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { FastifyInstance } from 'fastify'

/** Answers that wait close with their connection. To be called before the routes are made. */
export function closeQueuedAnswers(server: FastifyInstance): void {
  const unanswered = new WeakMap<Socket, Set<ServerResponse>>()
  const of = (socket: Socket): Set<ServerResponse> => {
    const known = unanswered.get(socket)
    if (known !== undefined) return known
    const answers = new Set<ServerResponse>()
    unanswered.set(socket, answers)
    socket.once('close', () => {
      // the one that has its turn is told by Node
      for (const answer of answers) if (answer.socket === null) answer.destroy().emit('close')
    })
    return answers
  }
  server.addHook('onRequest', async ({ raw: { socket } }, { raw: answer }) => {
    const answers = of(socket)
    answers.add(answer)
    answer.once('close', () => answers.delete(answer))
  })
}
