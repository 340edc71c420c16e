/** `/thrimshim/video_playlists`: in which of the playlists that descriptions name each video is. */
import { shownPlaylists } from '../../../machines/playlist.js'
import { listPlaylists } from '../../log/playlists.js'
import { tagsOfVideos } from '../../log/videos.js'
import { type Route, route } from '../route.js'

export const videoPlaylistRoutes: readonly Route[] = [
  route({
    method: 'GET',
    path: '/thrimshim/video_playlists',
    group: 'thrimshim',
    summary: 'The playlists that each video is in, of those that are shown.',
    errors: 'text',
    answers: { 200: { says: 'By the video’s id the names; a video that is in none is left out.' } },
    async handle(_, { db }) {
      const playlists = await listPlaylists(db)
      if (playlists.length === 0) return {}
      return Object.fromEntries(
        (await tagsOfVideos(db)).flatMap(({ id, tags }) => {
          const names = shownPlaylists(playlists, tags).map(({ name }) => name)
          return names.length === 0 ? [] : [[id, names]]
        }),
      )
    },
  }),
]
