/** What a page asks for before it has a row: how texts begin, where videos may go, which transitions there are, and who it is. */
import * as t from 'io-ts'
import { transitionKinds } from '../../../machines/transitionKinds.js'
import { offeredLocations } from '../../log/nodes.js'
import { type Route, route } from '../route.js'
import { settingsOf } from './form.js'

const common = { group: 'thrimshim', errors: 'text' } as const

export const settingRoutes: readonly Route[] = [
  route({
    ...common,
    method: 'GET',
    path: '/thrimshim/defaults',
    summary: 'What an edit begins with.',
    answers: { 200: { says: 'The channel, the title’s prefix and what it leaves of a title, the locations.' } },
    handle: async (_, { db, editing }) => ({
      video_channel: editing.channel,
      ...settingsOf(editing, editing, await offeredLocations(db), false),
    }),
  }),
  route({
    ...common,
    method: 'GET',
    path: '/thrimshim/transitions',
    summary: 'The kinds of transitions between ranges.',
    answers: { 200: { says: 'Names and descriptions.' } },
    handle: () => Object.entries(transitionKinds).map(([name, description]) => ({ name, description })),
  }),
  route({
    ...common,
    method: 'POST',
    path: '/thrimshim/auth-test',
    summary: 'Whether one may edit, and as whom.',
    who: 'editor',
    body: { json: t.UnknownRecord, decoded: 'by the handler' },
    answers: { 200: { says: 'The name under which the log will have it.' } },
    handle: ({ person, reply }) =>
      reply.type('application/json; charset=utf-8').send(JSON.stringify(person?.actor ?? null)),
  }),
]
