/** A row as an editor's page gets it: their own texts, and something sensible where nobody has chosen yet. */
import { instantMs, formatInstant } from '../../../machines/codecs.js'
import { bareTexts, titleHeader, type Wording } from '../../../machines/shownTexts.js'
import { defaultTemplate, type Playlist } from '../../../machines/playlist.js'
import type { Source } from '../../../machines/source.js'
import type { OfferedLocation } from '../../log/nodes.js'
import type { Editing } from '../editing.js'
import { categoryNote, withCategoryNote } from './categoryNotes.js'
import { columnsOf, type Standing } from './columns.js'
import { naiveOrNull } from './times.js'

export interface Choices {
  readonly editing: Editing
  readonly playlists: readonly Playlist[]
  readonly locations: Readonly<Record<string, OfferedLocation>>
  /** Whether there is any template at all. */
  readonly hasTemplates: boolean
}

export const TITLE_LENGTH = 100

export const isArchived = ({ archiveSheets }: Editing, { sheet_name }: Pick<Source, 'sheet_name'>): boolean =>
  archiveSheets.includes(sheet_name)

/** What is put around the texts of a row. */
export const wordingOf = (editing: Editing, source: Pick<Source, 'sheet_name'>): Wording =>
  isArchived(editing, source) ? { title_prefix: '', description_footer: '' } : editing

/** What a page has to know before it has a row, too. */
export function settingsOf(editing: Editing, wording: Wording, locations: Choices['locations'], archived: boolean) {
  const prefix = titleHeader(wording.title_prefix)
  return {
    title_prefix: prefix,
    title_max_length: TITLE_LENGTH - [...prefix].length,
    bustime_start: naiveOrNull(editing.bustimeStart),
    upload_locations: inOrder(editing, locations, archived),
  }
}

/** A page proposes the first: an archive for what is to be archived, and for nothing else but where the configuration says so. */
function inOrder({ uploadLocations }: Editing, locations: Choices['locations'], archived: boolean): string[] {
  const isArchive = (name: string): boolean => locations[name]?.type === 'archive'
  const isOther = (name: string): boolean => !isArchive(name)
  const named = uploadLocations.filter((name) => Object.hasOwn(locations, name))
  const rest = Object.keys(locations).sort()
  const usual = [...new Set([...named, ...rest.filter(isOther), ...rest])]
  return archived ? [...usual.filter(isArchive), ...usual.filter(isOther)] : usual
}

/** @param image base64, where an editor gave one. */
export function formOf(standing: Standing, image: string | null, choices: Choices) {
  const { editing, playlists, locations, hasTemplates } = choices
  const { source, edit } = standing.context
  const archived = isArchived(editing, source)
  const wording = wordingOf(editing, source)
  const columns = columnsOf(standing)
  const bare = bareTexts(edit, wording)
  return {
    ...columns,
    event_end: naiveOrNull(source.event_end),
    notes: withCategoryNote(editing, source.category, source.notes),
    category_notes: categoryNote(editing, source.category),
    video_title: edit.video_title === undefined ? (archived ? source.description : null) : bare.title,
    video_description: edit.video_description === undefined ? null : bare.description,
    video_channel: columns.video_channel ?? editing.channel,
    allow_holes: edit.allow_holes ?? archived,
    thumbnail_mode: edit.thumbnail_mode ?? (archived || !hasTemplates ? 'NONE' : 'TEMPLATE'),
    thumbnail_time: columns.thumbnail_time ?? naiveOrNull(usualMoment(source)),
    thumbnail_template: columns.thumbnail_template ?? defaultTemplate(playlists, source.tags),
    thumbnail_image: image,
    ...settingsOf(editing, wording, locations, archived),
  }
}

/** The middle of the event, or its start. */
function usualMoment({ event_start: start, event_end: end }: Source): string | null {
  if (start === null || end === null) return start
  return formatInstant(Math.round((instantMs(start) + instantMs(end)) / 2))
}
