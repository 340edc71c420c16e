/** What the form of an edit holds, made of a video's row, and the edit that is made of it. */
import {
  type Draft,
  type Edit,
  type Modification,
  type ModificationField,
  modificationFields,
} from '../../../machines/edit.js'
import { shownPlaylists, type Playlist } from '../../../machines/playlist.js'
import { bareTexts, composeTexts, type Wording } from '../../../machines/shownTexts.js'
import type { EditingSettings, Row, Template } from '../answers.js'
import { type FormRange, isWhole, joinsOf, pairsOf } from './ranges.js'

export interface EditForm {
  /** What it is: of a new video only, as the schedule would say it. */
  readonly moment: string
  readonly channel: string
  readonly quality: string
  readonly location: string
  readonly title: string
  readonly description: string
  /** With commas between them. */
  readonly tags: string
  readonly isPublic: boolean
  readonly allowHoles: boolean
  /** Names of nodes with commas between them; empty: any. */
  readonly uploaders: string
  readonly thumbnail: NonNullable<Draft['thumbnail_mode']>
  readonly thumbnailMs: number | null
  readonly template: string | null
  readonly ranges: readonly FormRange[]
}

/** What the form is filled in on. */
export interface Around {
  readonly settings: EditingSettings
  readonly playlists: readonly Playlist[]
  readonly templates: readonly Template[]
  /** Of the video; null for a new one. */
  readonly row: Row | null
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '')
const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? (value as unknown[]) : [])
const texts = (value: unknown): string[] => list(value).filter((one) => typeof one === 'string')
const ms = (value: unknown): number | null => {
  const found = Date.parse(text(value))
  return Number.isNaN(found) ? null : found
}

const isArchived = ({ settings, row }: Around): boolean => settings.archive_sheets.includes(text(row?.['sheet_name']))

/** What is put around the texts. */
export const wordingOf = (around: Around): Wording =>
  isArchived(around)
    ? { title_prefix: '', description_footer: '' }
    : { title_prefix: around.settings.title_prefix, description_footer: around.settings.description_footer }

export function formOf(around: Around): EditForm {
  const { settings, row } = around
  const names = Object.keys(settings.locations)
  const wording = wordingOf(around)
  const { title, description } = bareTexts(shownOf(row), wording)
  return {
    moment: text(row?.['description']),
    channel: text(row?.['video_channel']) || (settings.channel ?? ''),
    quality: text(row?.['video_quality']) || 'source',
    location: text(row?.['upload_location']) || (names.length === 1 ? (names[0] ?? '') : ''),
    title: title === '' && isArchived(around) ? text(row?.['description']) : title,
    description,
    tags: texts(row?.['video_tags']).join(', '),
    isPublic: row?.['public'] !== false,
    allowHoles: row?.['allow_holes'] === true,
    uploaders: texts(row?.['uploader_whitelist']).join(', '),
    thumbnail: (text(row?.['thumbnail_mode']) || 'NONE') as EditForm['thumbnail'],
    thumbnailMs: ms(row?.['thumbnail_time']),
    template: text(row?.['thumbnail_template']) || null,
    ranges: rangesOf(row),
  }
}

/** The texts as they would be published, with what was put around them where that is known. */
function shownOf(row: Row | null): Draft {
  const given = (name: string) => (typeof row?.[name] === 'string' ? { [name]: row[name] } : {})
  return {
    ...given('video_title'),
    ...given('video_description'),
    ...given('title_header'),
    ...given('description_tail'),
  }
}

function rangesOf(row: Row | null): FormRange[] {
  const joins = list(row?.['video_transitions'])
  return list(row?.['video_ranges']).map((range, i) => {
    const [start, end] = list(range)
    const join = joins[i - 1] as { readonly type: string; readonly duration: number } | null | undefined
    return { key: i + 1, startMs: ms(start), endMs: ms(end), comesIn: join ? [join.type, Number(join.duration)] : null }
  })
}

export const listed = (written: string): string[] =>
  written
    .split(/[,\n]/)
    .map((one) => one.trim())
    .filter((one) => one !== '')

/** What was published of the texts, by what the form has now. */
export function composed(form: EditForm, around: Around) {
  const archived = isArchived(around)
  const { row, playlists, templates } = around
  const template = form.thumbnail === 'TEMPLATE' ? templates.find(({ name }) => name === form.template) : undefined
  return composeTexts(
    { title: form.title, description: form.description },
    {
      ...wordingOf(around),
      chapters: list(row?.['chapter_markers']) as Draft['chapter_markers'] & object,
      playlists: archived ? [] : shownPlaylists(playlists, texts(row?.['tags'])),
      credit: archived ? '' : (template?.attribution ?? ''),
    },
  )
}

/** The edit that the form means. What it does not show stays as it is. */
export function editOf(form: EditForm, around: Around): Edit {
  const { row } = around
  const uploaders = listed(form.uploaders)
  const kept = Object.fromEntries(
    ['thumbnail_image', 'thumbnail_crop', 'thumbnail_location'].map((name) => [name, row?.[name] ?? null]),
  )
  return {
    ...composed(form, around),
    ...kept,
    video_tags: listed(form.tags),
    public: form.isPublic,
    thumbnail_mode: form.thumbnail,
    thumbnail_time: form.thumbnailMs === null ? null : new Date(form.thumbnailMs).toISOString(),
    thumbnail_template: form.template,
    upload_location: form.location,
    video_ranges: pairsOf(form.ranges),
    video_transitions: joinsOf(form.ranges),
    video_channel: form.channel,
    video_quality: form.quality,
    allow_holes: form.allowHoles,
    uploader_whitelist: uploaders.length === 0 ? null : uploaders,
  } as Edit
}

/** As `editOf`, without what nobody has chosen yet. */
export function draftOf(form: EditForm, around: Around): Draft {
  const { upload_location: location, video_channel: channel, ...others } = editOf(form, around)
  return {
    ...others,
    ...(location !== '' && { upload_location: location }),
    ...(channel !== '' && { video_channel: channel }),
    ...(form.quality === '' && { video_quality: 'source' }),
  }
}

/** What the form means to change of what is published, since it was `before`. */
export function modificationOf(form: EditForm, before: EditForm, around: Around): Modification {
  const [now, then] = [editOf(form, around), editOf(before, around)]
  const differs = (field: ModificationField): boolean => JSON.stringify(now[field]) !== JSON.stringify(then[field])
  // what is put on goes with what it is put on
  const changed = modificationFields.filter(
    (field) =>
      differs(field) ||
      (field === 'title_header' && differs('video_title')) ||
      (field === 'description_tail' && differs('video_description')),
  )
  return Object.fromEntries(changed.map((field) => [field, now[field]]))
}

/** What keeps the form from being an edit that the chart's own limits do not know of. */
export const unfinished = ({ ranges }: EditForm): readonly number[] =>
  ranges.flatMap((range, i) => (isWhole(range) ? [] : [i + 1]))
