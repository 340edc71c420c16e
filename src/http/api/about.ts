/** Which node this is, and what pages have to know of it before anything else. */
import { type Route, route } from '../route.js'

export const aboutRoutes: readonly Route[] = [
  route({
    method: 'GET',
    path: '/api/about',
    group: 'health',
    summary: 'The node’s name and version, and when the stream began by whose time people speak of it.',
    who: 'anybody',
    answers: {
      200: {
        says: 'What is known; `streamStart` is null where nobody has said when it began; `isDemo` where some of the videos are made up.',
      },
    },
    handle: (_, { node, version, editing, isDemo }) => ({ node, version, streamStart: editing.bustimeStart, isDemo }),
  }),
]
