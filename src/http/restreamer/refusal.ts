/** What wubloader's clients are told: they show it as it comes, so it is plain text. */
import type { FastifyReply } from 'fastify'

export const refuse = (reply: FastifyReply, status: 400 | 403 | 404, why: string): FastifyReply =>
  reply.code(status).type('text/plain; charset=utf-8').send(`${why}\n`)
