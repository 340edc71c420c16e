/** Why something can't be done, in wubloader's statuses. 409 is none of them: its clients offer there to submit all the same. */
import type { FastifyReply } from 'fastify'
import type { NotAllowed } from '../../../machines/decide.js'
import type { Refusal } from '../../log/act.js'
import type { Invalid } from '../../log/commands.js'
import { problemRefusal, refusal } from '../errors.js'
import type { Asked } from '../route.js'

type Request = Pick<Asked<unknown, unknown, unknown>, 'request' | 'reply'>

export const noVideo = ({ request, reply }: Request, id: string): FastifyReply =>
  refusal(request, reply, 404, `there is no video ${JSON.stringify(id.slice(0, 120))}`)

/** @param otherState the status where the video's state does not allow it. */
export function refuse(asked: Request, refused: Invalid | Refusal, otherState: 403 | 404): FastifyReply {
  const { request, reply } = asked
  switch (refused._tag) {
    case 'Invalid':
      return problemRefusal(request, reply, 400, 'the request has values that are not allowed', refused.problems)
    case 'NotAllowed':
      return refused.state === null
        ? noVideo(asked, refused.video)
        : refusal(request, reply, otherState, sayNotAllowed(refused))
    case 'Conflict':
      return refusal(request, reply, 503, 'the video keeps changing: try again')
    case 'Unreadable':
      return refusal(request, reply, 500, `event ${refused.version} of this video cannot be read: ${refused.why}`)
  }
}

const sayNotAllowed = ({ video, state, event, possible }: NotAllowed): string =>
  `video ${video} is ${state ?? ''}: ${event} is not possible. Possible now: ${possible.join(', ')}`
