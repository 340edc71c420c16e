/** `/playlist`: HLS. A master playlist of a channel's qualities, and a media playlist of each. */
import { Readable } from 'node:stream'
import { isLeft } from 'fp-ts/lib/Either.js'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { Text } from '../../../machines/codecs.js'
import { masterPlaylist } from '../../segments/hls/masterPlaylist.js'
import type { NoPlaylist } from '../../segments/hls/playlists.js'
import { hourStartMs } from '../../segments/path.js'
import { listQualities } from '../../segments/store.js'
import { refusal } from '../errors.js'
import { BadRequest } from '../query.js'
import { type Route, route } from '../route.js'
import { nothingRecorded } from './footage.js'
import { Time } from './times.js'

const TYPE = 'application/vnd.apple.mpegurl'
const HOUR_MS = 3_600_000

const playlist = {
  method: 'GET',
  group: 'footage',
  errors: 'text',
  answersHead: true,
  query: { start: Time, end: Time },
} as const

export const playlistRoutes: readonly Route[] = [
  route({
    ...playlist,
    path: '/playlist/:channel.m3u8',
    summary: 'The qualities of a channel in a range, as an HLS master playlist.',
    params: { channel: Text },
    answers: {
      200: { says: 'The playlist.', type: TYPE },
      404: { says: 'Nothing of this channel is there in the range.' },
    },
    async handle({ params: { channel }, query: { start, end }, request, reply }, { segments, listings }) {
      const qualities: string[] = []
      for (const quality of await listQualities(segments, channel)) {
        if (quality === 'chat') continue
        const hours = await listings.hours(channel, quality)
        if (hours.some((hour) => isIn(hour, start, end))) qualities.push(quality)
      }
      if (qualities.length === 0) {
        const where = (start ?? end) === undefined ? '' : ' in this range'
        return refusal(
          request,
          reply,
          404,
          `there is no footage of channel ${JSON.stringify(channel.slice(0, 120))}${where}`,
        )
      }
      return reply
        .type(TYPE)
        .header('cache-control', 'no-cache')
        .send(masterPlaylist(channel, qualities, queryOf(request)))
    },
  }),
  route({
    ...playlist,
    path: '/playlist/:channel/:quality.m3u8',
    summary: 'The segments of a quality that cover a range, as an HLS media playlist.',
    params: { channel: Text, quality: Text },
    answers: {
      200: { says: 'The playlist; without an end while the range is not covered up to its end.', type: TYPE },
      304: { says: 'It is as it was.' },
      404: { says: 'Nothing of this quality was ever recorded.' },
    },
    async handle(asked, { playlists }) {
      const { params, query, request, reply } = asked
      const found = await playlists.get({ ...params, startMs: query.start ?? null, endMs: query.end ?? null })
      if (isLeft(found)) return refused(found.left, () => nothingRecorded(asked))
      const { pieces, bytes, etag } = found.right
      reply.headers({ 'cache-control': 'no-cache', etag })
      const known = request.headers['if-none-match']
      if (known?.split(',').some((one) => one.trim().replace(/^W\//, '') === etag) === true)
        return reply.code(304).send()
      return reply.type(TYPE).header('content-length', bytes).send(Readable.from(pieces))
    },
  }),
]

const isIn = (hour: string, startMs = -Infinity, endMs = Infinity): boolean => {
  const hourMs = hourStartMs(hour) ?? Number.NaN
  return hourMs + HOUR_MS > startMs && hourMs < endMs
}

/** As it came: it has no letters that an address may not have. */
function queryOf({ url }: FastifyRequest): string {
  const at = url.indexOf('?')
  const query = at < 0 ? '' : url.slice(at + 1)
  return /^[\x21-\x7e]*$/.test(query) ? query : encodeURI(query)
}

function refused(why: NoPlaylist, nothing: () => FastifyReply): FastifyReply {
  if (why._tag === 'NothingRecorded') return nothing()
  const { hours, mostHours, isImplied } = why
  throw new BadRequest([
    {
      field: 'end',
      found: `${hours.toFixed(1)} hours`,
      allowed: isImplied ? `at most ${mostHours} hours where start or end is left out` : `at most ${mostHours} hours`,
    },
  ])
}
