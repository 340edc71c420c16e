/** `/files`: what is recorded, by name. Wubloader's nodes look here for what they lack, and so do ours. */
import { Text, Texts } from '../../../machines/codecs.js'
import { listChannels, listHours, listQualities, namesOfHour } from '../../segments/store.js'
import { caselessFlag } from '../query.js'
import { type Route, route } from '../route.js'

const listing = {
  group: 'footage',
  method: 'GET',
  errors: 'text',
  answers: { 200: { says: 'Names.', json: Texts } },
} as const

/** What nobody knows is empty, not missing: it may be recorded a moment later. */
export const listRoutes: readonly Route[] = [
  route({
    ...listing,
    path: '/files',
    summary: 'The channels of which there is footage.',
    handle: (_, { segments }) => listChannels(segments),
  }),
  route({
    ...listing,
    path: '/files/:channel',
    summary: 'The qualities of a channel.',
    params: { channel: Text },
    handle: ({ params }, { segments }) => listQualities(segments, params.channel),
  }),
  route({
    ...listing,
    path: '/files/:channel/:quality',
    summary: 'The hours of which there is footage.',
    params: { channel: Text, quality: Text },
    handle: ({ params: { channel, quality } }, { segments }) => listHours(segments, channel, quality),
  }),
  route({
    ...listing,
    path: '/files/:channel/:quality/:hour',
    summary: 'The files of an hour, but those that a tombstone hides.',
    params: { channel: Text, quality: Text, hour: Text },
    query: { tombstones: caselessFlag },
    async handle({ params: { channel, quality, hour }, query: { tombstones = false } }, { segments }) {
      const { names, hidden } = await namesOfHour(segments, channel, quality, hour)
      const files = names.filter(isFootage)
      return tombstones ? [...files, ...hidden.filter(isFootage).map((name) => `${name}.tombstone`)].sort() : files
    },
  }),
]

/** Segments and chat. */
const isFootage = (name: string): boolean => name.endsWith('.ts') || name.endsWith('.json')
