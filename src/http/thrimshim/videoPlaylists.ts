/** `/thrimshim/video_playlists`: in which of the playlists that descriptions name each video is. */
import { setImmediate } from 'node:timers/promises'
import { type Playlist, shownByTags } from '../../../machines/playlist.js'
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
      return playlists.length === 0 ? {} : playlistsOfVideos(playlists, await tagsOfVideos(db))
    },
  }),
]

/** There may be a hundred thousand: others have their turn after so many. */
const AT_A_TIME = 500

/** The names of the shown playlists by the ids of the videos that are in any. */
export async function playlistsOfVideos(
  playlists: readonly Playlist[],
  videos: readonly { readonly id: string; readonly tags: readonly string[] }[],
): Promise<Record<string, string[]>> {
  const shownFor = shownByTags(playlists)
  const found: [id: string, names: string[]][] = []
  for (const [n, { id, tags }] of videos.entries()) {
    if (n % AT_A_TIME === AT_A_TIME - 1) await setImmediate()
    const names = shownFor(tags).map(({ name }) => name)
    if (names.length > 0) found.push([id, names])
  }
  return Object.fromEntries(found)
}
