/** What is said of a video that is not there. */
import type { FastifyReply } from 'fastify'
import { refusal } from '../errors.js'
import type { Asked } from '../route.js'

export const noVideo = ({
  params: { id },
  request,
  reply,
}: Pick<Asked<{ readonly id: string }, unknown, unknown>, 'params' | 'request' | 'reply'>): FastifyReply =>
  refusal(request, reply, 404, `there is no video ${JSON.stringify(id.slice(0, 120))}`)
