/** What an editor's page has to know before it has a video: where it may go, what is put around its texts; and who has edited any. */
import * as t from 'io-ts'
import { readEditors } from '../../log/editors.js'
import { offeredLocations } from '../../log/nodes.js'
import { type Route, route } from '../route.js'

const Offered = t.intersection([
  t.type({ type: t.string, cut: t.string }),
  t.partial({ account: t.string, unlisted_only: t.boolean, tags: t.array(t.string), updates: t.boolean }),
])

const EditingSettings = t.type({
  channel: t.union([t.string, t.null]),
  title_prefix: t.string,
  description_footer: t.string,
  archive_sheets: t.array(t.string),
  locations: t.record(t.string, Offered),
})

const Editors = t.type({ editors: t.array(t.string), more: t.boolean })

export const editingRoutes: readonly Route[] = [
  route({
    method: 'GET',
    path: '/api/editing',
    group: 'videos',
    summary: 'What an edit begins with, what is put around its texts, and the locations that nodes offer.',
    answers: {
      200: {
        says: 'Nothing is put around the texts of videos whose `sheet_name` is one of `archive_sheets`.',
        json: EditingSettings,
      },
    },
    handle: async (_, { db, editing }) => ({
      channel: editing.channel,
      title_prefix: editing.title_prefix,
      description_footer: editing.description_footer,
      archive_sheets: editing.archiveSheets,
      locations: await offeredLocations(db),
    }),
  }),
  route({
    method: 'GET',
    path: '/api/editors',
    group: 'videos',
    summary: 'Who has edited a video, by name: whom `editor` of `/api/videos` may be.',
    answers: { 200: { says: 'The first thousand names; `more`: there are others.', json: Editors } },
    handle: (_, { db }) => readEditors(db),
  }),
]
