/** What wubloader's thrimshim has beside videos: its clients are told that this is not here. */
import type * as t from 'io-ts'
import { Text } from '../../../machines/codecs.js'
import { refusal } from '../errors.js'
import { type Route, route } from '../route.js'

const paths = [
  ...['/thrimshim/encodes', '/thrimshim/encodes/*', '/thrimshim/challenges', '/thrimshim/challenges/*'],
  '/thrimshim/bus/:channel',
]

const paramsOf = (path: string): t.Props =>
  Object.fromEntries([...path.matchAll(/:(\w+)|(\*)/g)].map(([, name, rest = '']) => [name ?? rest, Text]))

const notHere = (method: 'GET' | 'POST', path: string): Route =>
  route({
    method,
    path,
    params: paramsOf(path),
    group: 'thrimshim',
    summary: 'Another feature of wubloader, which has nothing to do with videos.',
    who: 'anybody',
    errors: 'text',
    answers: { 501: { says: 'It is not here.', type: 'text/plain' }, 200: { says: 'Never.', type: 'text/plain' } },
    handle: ({ request, reply }) => refusal(request, reply, 501, 'this feature of wubloader is not here'),
  })

export const elsewhereRoutes: readonly Route[] = paths.flatMap((path) => [notHere('GET', path), notHere('POST', path)])
