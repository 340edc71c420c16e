/** `/CHANNEL/chat.json`: what was said in a range, out of the files that chat is recorded in. */
import { Text } from '../../../machines/codecs.js'
import { chatOf, TooMuchChat } from '../../segments/chat.js'
import { listHours } from '../../segments/store.js'
import { BadRequest } from '../query.js'
import { type Route, route } from '../route.js'
import { Time } from './times.js'

const MOST_HOURS = 2

export const chatRoutes: readonly Route[] = [
  route({
    method: 'GET',
    path: '/:channel/chat.json',
    group: 'footage',
    summary: 'The messages of a channel’s chat in a range, in order of time.',
    errors: 'text',
    params: { channel: Text },
    query: { start: Time, end: Time },
    answers: { 200: { says: 'The messages as they were recorded; none of what nobody knows.' } },
    async handle({ params: { channel }, query: { start: startMs, end: endMs }, signal }, { segments }) {
      const allowed = 'a time such as 2026-01-31T18:00:00'
      if (startMs === undefined) throw new BadRequest([{ field: 'start', found: 'nothing', allowed }])
      if (endMs === undefined) throw new BadRequest([{ field: 'end', found: 'nothing', allowed }])
      const hours = (endMs - startMs) / 3_600_000
      if (!(hours > 0 && hours <= MOST_HOURS))
        throw new BadRequest([
          { field: 'end', found: `${hours} hours after start`, allowed: `more than 0, at most ${MOST_HOURS}` },
        ])
      if ((await listHours(segments, channel, 'chat')).length === 0) return []
      try {
        return await chatOf(segments, channel, { startMs, endMs }, signal)
      } catch (error) {
        if (!(error instanceof TooMuchChat)) throw error
        throw new BadRequest([{ field: 'end', found: error.message, allowed: 'a shorter range' }])
      }
    },
  }),
]
