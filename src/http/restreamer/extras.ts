/** `/extras`: what lies in a folder beside the channels, all the way down; to be fetched below `/segments`. */
import { Text, Texts } from '../../../machines/codecs.js'
import { filesBelow, TooManyFiles } from '../../segments/extras.js'
import { refusal } from '../errors.js'
import { type Route, route } from '../route.js'

export const extraRoutes: readonly Route[] = [
  route({
    method: 'GET',
    path: '/extras/:folder',
    group: 'footage',
    summary: 'The files of a folder beside the channels, those of the folders in it too.',
    errors: 'text',
    params: { folder: Text },
    answers: {
      200: { says: 'Their paths below the folder; none of what is not there.', json: Texts },
      400: { says: 'There are too many: it may be a channel.' },
    },
    async handle({ params: { folder }, request, reply }, { segments }) {
      try {
        return await filesBelow(segments, folder)
      } catch (error) {
        if (error instanceof TooManyFiles) return refusal(request, reply, 400, `folder: found ${error.message}`)
        throw error
      }
    },
  }),
]
