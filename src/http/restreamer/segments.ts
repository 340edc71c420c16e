/** `/segments`: the recorded files themselves. What a name with a hash in it stands for never changes. */
import { join } from 'node:path'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { Text } from '../../../machines/codecs.js'
import { isSafeName } from '../../segments/path.js'
import { refusal } from '../errors.js'
import { type Route, route } from '../route.js'
import { sendFile } from './sendFile.js'

const sending = {
  method: 'GET',
  group: 'footage',
  errors: 'text',
  answersHead: true,
  answers: {
    200: { says: 'The file.', type: 'video/mp2t' },
    206: { says: 'The part that `Range` asks for.', type: 'video/mp2t' },
    404: { says: 'There is no such file.' },
    416: { says: 'The part begins behind the end.' },
  },
} as const

export const segmentRoutes: readonly Route[] = [
  route({
    ...sending,
    path: '/segments/:channel/:quality/:hour/:name',
    summary: 'A recorded file, or a part of it.',
    params: { channel: Text, quality: Text, hour: Text, name: Text },
    handle: ({ params: { channel, quality, hour, name }, request, reply }, { segments }) =>
      send(request, reply, segments, [channel, quality, hour, name]),
  }),
  route({
    ...sending,
    path: '/segments/*',
    summary: 'A file beside the channels, or a part of it.',
    params: { '*': Text },
    handle: ({ params: { '*': path = '' }, request, reply }, { segments }) =>
      send(request, reply, segments, path.split('/')),
  }),
]

async function send(
  request: FastifyRequest,
  reply: FastifyReply,
  root: string,
  parts: readonly string[],
): Promise<FastifyReply> {
  const isSent =
    parts.every(isSafeName) && (await sendFile(request, reply, join(root, ...parts), kindOf(parts.at(-1) ?? '')))
  return isSent ? reply : refusal(request, reply, 404, `there is no file ${parts.join('/').slice(0, 400)}`)
}

/** What is shown as it is; anything else is only to be kept: a page of somebody's would act in this server's name. */
const mediaTypes: Readonly<Record<string, string>> = {
  ts: 'video/mp2t',
  json: 'application/json',
  mkv: 'video/x-matroska',
  mp4: 'video/mp4',
  png: 'image/png',
  jpg: 'image/jpeg',
  txt: 'text/plain; charset=utf-8',
}

function kindOf(name: string): { type: string; hash: string | null } {
  const [, ending = ''] = /\.([a-z0-9]+)$/.exec(name) ?? []
  const type = Object.hasOwn(mediaTypes, ending) ? mediaTypes[ending] : undefined
  // a temporary name has a random one, of another length
  const [, hash = null] = /-([A-Za-z0-9_-]{43})\.(?:ts|json)$/.exec(name) ?? []
  return { type: type ?? 'application/octet-stream', hash }
}
