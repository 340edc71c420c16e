/** `/api/playlists`: the playlists that descriptions mention. */
import { isLeft } from 'fp-ts/lib/Either.js'
import { Text } from '../../../machines/codecs.js'
import { PlaylistChange } from '../../../machines/playlist.js'
import { getPlaylist, listPlaylists, noPlaylist, removePlaylist, setPlaylist } from '../../log/playlists.js'
import { problemRefusal, refusal } from '../errors.js'
import { isRecord, withoutToken } from '../jsonBody.js'
import { type Asked, type Route, route } from '../route.js'

const none = { 404: { says: 'There is no such playlist.' } } as const

export const playlistRoutes: readonly Route[] = [
  route({
    method: 'GET',
    path: '/api/playlists',
    group: 'playlists',
    summary: 'The playlists that descriptions mention, by name.',
    answers: { 200: { says: 'The playlists.' } },
    handle: async (_, { db }) => ({ playlists: await listPlaylists(db) }),
  }),
  route({
    method: 'GET',
    path: '/api/playlists/:id',
    group: 'playlists',
    summary: 'A playlist.',
    params: { id: Text },
    answers: { 200: { says: 'The playlist.' }, ...none },
    handle: async (asked, { db }) =>
      (await getPlaylist(db, asked.params.id)) ?? unknown(asked, (await noPlaylist(db, asked.params.id)).known),
  }),
  route({
    method: 'PUT',
    path: '/api/playlists/:id',
    group: 'playlists',
    summary: 'A new playlist, or a change of what the body has.',
    who: 'operator',
    params: { id: Text },
    body: { json: PlaylistChange, decoded: 'by the handler' },
    answers: { 200: { says: 'The playlist as it is now.' }, 400: { says: 'A field is wrong.' } },
    async handle({ params, body, person, request, reply }, { db }) {
      const given = isRecord(body) ? withoutToken(body) : body
      const set = await setPlaylist(db, params.id, given, { actor: person?.actor ?? null })
      return isLeft(set)
        ? problemRefusal(request, reply, 400, 'the request has values that are not allowed', set.left.problems)
        : set.right
    },
  }),
  route({
    method: 'DELETE',
    path: '/api/playlists/:id',
    group: 'playlists',
    summary: 'Takes a playlist away. What is published keeps what it says of it.',
    who: 'operator',
    params: { id: Text },
    answers: { 200: { says: 'The playlist that it was.' }, ...none },
    async handle(asked, { db }) {
      const removed = await removePlaylist(db, asked.params.id)
      return isLeft(removed) ? unknown(asked, removed.left.known) : removed.right
    },
  }),
]

const unknown = (
  { params: { id }, request, reply }: Asked<{ readonly id: string }, unknown, unknown>,
  known: readonly string[],
) => refusal(request, reply, 404, `there is no playlist ${JSON.stringify(id.slice(0, 120))}`, { known })
