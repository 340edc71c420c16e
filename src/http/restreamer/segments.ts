/** `/segments`: the recorded files themselves. What a name with a hash in it stands for never changes. */
import { join } from 'node:path'
import { Text } from '../../../machines/codecs.js'
import { isSafeName } from '../../segments/path.js'
import { refusal } from '../errors.js'
import { type Route, route } from '../route.js'
import { sendFile } from './sendFile.js'

export const segmentRoutes: readonly Route[] = [
  route({
    method: 'GET',
    path: '/segments/:channel/:quality/:hour/:name',
    group: 'footage',
    summary: 'A recorded file, or a part of it.',
    errors: 'text',
    answersHead: true,
    params: { channel: Text, quality: Text, hour: Text, name: Text },
    answers: {
      200: { says: 'The file.', type: 'video/mp2t' },
      206: { says: 'The part that `Range` asks for.', type: 'video/mp2t' },
      404: { says: 'There is no such file.' },
      416: { says: 'The part begins behind the end.' },
    },
    async handle({ params: { channel, quality, hour, name }, request, reply }, { segments }) {
      const parts = [channel, quality, hour, name]
      const path = join(segments, ...parts)
      const isSent = parts.every(isSafeName) && (await sendFile(request, reply, path, kindOf(name)))
      return isSent ? reply : refusal(request, reply, 404, `there is no file ${parts.join('/').slice(0, 400)}`)
    },
  }),
]

function kindOf(name: string): { type: string; hash: string | null } {
  const type = name.endsWith('.ts')
    ? 'video/mp2t'
    : name.endsWith('.json')
      ? 'application/json'
      : 'application/octet-stream'
  // a temporary name has a random one, of another length
  const [, hash = null] = /-([A-Za-z0-9_-]{43})\.(?:ts|json)$/.exec(name) ?? []
  return { type, hash }
}
