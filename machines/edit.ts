/**
 * What an editor decides of a video. The names are those of wubloader's columns, in events, rows and requests alike.
 * Limits: YouTube Data API v3, videos resource (title 100 characters, description 5,000 bytes, no angle brackets, tags
 * 500 characters in total with a tag that has a space counted two longer).
 */
import * as t from 'io-ts'
import {
  Box,
  Flag,
  FolderName,
  Instant,
  instantMs,
  NonEmpty,
  orNull,
  Positive,
  Sha256,
  Text,
  Texts,
  withDefault,
} from './codecs.js'
import { type FieldProblem, strictly } from './problems.js'
import { checkChapters, ChapterMarkers } from './chapters.js'
import { checkBoxes, checkThumbnail } from './thumbnail.js'
import { isTransitionKind, transitionKinds } from './transitionKinds.js'

export const VideoRange = t.tuple([Instant, Instant], 'a pair of times [start, end]')
export type VideoRange = t.TypeOf<typeof VideoRange>

/** null is a hard cut; else the kind of the cross-fade and its seconds. */
export const VideoTransition = orNull(
  t.tuple([NonEmpty, Positive], 'a pair [kind, seconds]') as t.Type<[string, number], [string, number], unknown>,
)
export type VideoTransition = t.TypeOf<typeof VideoTransition>

const ThumbnailMode = t.keyof(
  { NONE: null, BARE: null, TEMPLATE: null, CUSTOM: null },
  'NONE, BARE, TEMPLATE or CUSTOM',
)

const ranges = t.array(VideoRange, 'a list of [start, end]') as unknown as t.Type<VideoRange[], VideoRange[], unknown>
const transitions = t.array(VideoTransition, 'a list of null or [kind, seconds]')

/**
 * How title and description came about, where they were put together: `title_header` is what the title begins with, `description_tail`
 * what the description ends with. Absent: they were written as they are. Chapters are in the tail.
 */
const composed = {
  title_header: Text,
  description_tail: Text,
  chapter_markers: ChapterMarkers,
}

/** What may still be changed once the video is published. */
const modifiable = {
  ...composed,
  video_title: Text,
  video_description: Text,
  video_tags: Texts,
  public: Flag,
  thumbnail_mode: ThumbnailMode as t.Type<t.TypeOf<typeof ThumbnailMode>, t.TypeOf<typeof ThumbnailMode>, unknown>,
  thumbnail_time: orNull(Instant),
  thumbnail_template: orNull(NonEmpty),
  thumbnail_image: orNull(Sha256),
  thumbnail_crop: orNull(Box),
  thumbnail_location: orNull(Box),
}

export type ModificationField = keyof typeof modifiable
export const modificationFields = Object.keys(modifiable) as readonly ModificationField[]

const columns = {
  ...modifiable,
  upload_location: NonEmpty,
  video_ranges: ranges,
  video_transitions: transitions,
  video_channel: FolderName,
  video_quality: FolderName,
  allow_holes: Flag,
  uploader_whitelist: orNull(Texts),
}

/** Part of an edit: a draft may leave anything out. */
export const Draft = t.exact(t.partial(columns))
export type Draft = t.TypeOf<typeof Draft>

export const Modification = t.exact(t.partial(modifiable))
export type Modification = t.TypeOf<typeof Modification>

const whole = t.type({
  video_title: columns.video_title,
  video_description: withDefault(columns.video_description, ''),
  video_tags: withDefault(columns.video_tags, []),
  public: withDefault(columns.public, true),
  thumbnail_mode: withDefault(columns.thumbnail_mode, 'NONE' as const),
  thumbnail_time: withDefault(columns.thumbnail_time, null),
  thumbnail_template: withDefault(columns.thumbnail_template, null),
  thumbnail_image: withDefault(columns.thumbnail_image, null),
  thumbnail_crop: withDefault(columns.thumbnail_crop, null),
  thumbnail_location: withDefault(columns.thumbnail_location, null),
  upload_location: columns.upload_location,
  video_ranges: columns.video_ranges,
  video_transitions: withDefault(columns.video_transitions, []),
  video_channel: columns.video_channel,
  video_quality: withDefault(columns.video_quality, 'source'),
  allow_holes: withDefault(columns.allow_holes, false),
  uploader_whitelist: withDefault(columns.uploader_whitelist, null),
})
export const Edit = t.exact(t.intersection([whole, t.partial(composed)]))
export type Edit = t.TypeOf<typeof Edit>
export type EditField = keyof Edit

/** `unknown` as an edit: decoded, unknown fields refused by name, and every limit checked. */
export const decodeEdit = (input: unknown) => strictly(Edit, Object.keys(columns), input, checkEdit)

/** As `decodeEdit`, but whatever is missing may be missing. */
export const decodeDraft = (input: unknown) => strictly(Draft, Object.keys(columns), input, checkFields)

/** As `decodeDraft`, for what may be changed of a published video. */
export const decodeModification = (input: unknown) =>
  strictly(Modification, Object.keys(modifiable), input, checkFields)

/** What is wrong with a modification as such: it changes nothing, or takes the title away. */
export function checkModification(modification: Modification): FieldProblem[] {
  if (Object.keys(modification).length === 0)
    return [{ field: 'the modification', found: 'nothing to change', allowed: Object.keys(modifiable).join(', ') }]
  return modification.video_title?.trim() === ''
    ? [{ field: 'video_title', found: 'a blank title', allowed: '1 to 100 characters' }]
    : []
}

export const utf8Bytes = (text: string): number => {
  let bytes = 0
  for (const character of text) {
    const point = character.codePointAt(0) ?? 0
    bytes += point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4
  }
  return bytes
}

const tagLength = (tags: readonly string[]): number =>
  tags.reduce((sum, tag) => sum + [...tag].length + (tag.includes(' ') ? 2 : 0), 0) + Math.max(0, tags.length - 1)

/** The limits of what viewers are shown, where it is given. */
export function checkShown(edit: Pick<Draft, 'video_title' | 'video_description' | 'video_tags'>): FieldProblem[] {
  const problems: FieldProblem[] = []
  const refuse = (field: string, found: string, allowed: string) => problems.push({ field, found, allowed })
  for (const field of ['video_title', 'video_description'] as const) {
    if (edit[field] !== undefined && /[<>]/.test(edit[field])) refuse(field, 'it has < or >', 'no angle brackets')
  }
  const titleLength = [...(edit.video_title ?? '')].length
  if (titleLength > 100) refuse('video_title', `${titleLength} characters`, 'at most 100 characters')
  const descriptionBytes = utf8Bytes(edit.video_description ?? '')
  if (descriptionBytes > 5000) refuse('video_description', `${descriptionBytes} bytes of UTF-8`, 'at most 5000 bytes')
  const tags = tagLength(edit.video_tags ?? [])
  if (tags > 500) refuse('video_tags', `${tags} characters in all`, 'at most 500, commas and quotes counted')
  for (const [i, tag] of (edit.video_tags ?? []).entries()) {
    if (tag.trim() === '' || /[<>,]/.test(tag))
      refuse(`video_tags[${i}]`, JSON.stringify(tag), 'a tag without < > or comma, not blank')
  }
  return problems
}

/** The limits of those fields that are there. */
function checkFields(edit: Draft): FieldProblem[] {
  const problems = checkShown(edit)
  const refuse = (field: string, found: string, allowed: string) => problems.push({ field, found, allowed })
  for (const [i, [start, end]] of (edit.video_ranges ?? []).entries()) {
    if (instantMs(end) <= instantMs(start))
      refuse(`video_ranges[${i}]`, `it ends at ${end}, not after its start ${start}`, 'an end after the start')
    else if (instantMs(end) - instantMs(start) > 86_400_000)
      refuse(`video_ranges[${i}]`, 'it is longer than a day', 'at most 24 hours')
  }
  if ((edit.video_ranges?.length ?? 0) > 100)
    refuse('video_ranges', `${edit.video_ranges?.length} ranges`, 'at most 100 ranges')
  problems.push(...checkTransitions(edit), ...checkBoxes(edit), ...checkChapters(edit.chapter_markers ?? []))
  return problems
}

/** What is wrong with the transitions between ranges; nothing where none is given. */
export function checkTransitions({ video_ranges = [], video_transitions }: Draft): FieldProblem[] {
  if (!video_transitions || video_transitions.length === 0 || video_ranges.length === 0) return []
  const problems: FieldProblem[] = []
  const joins = Math.max(0, video_ranges.length - 1)
  if (video_transitions.length !== joins)
    problems.push({
      field: 'video_transitions',
      found: `${video_transitions.length} transitions`,
      allowed: `one for each join, here ${joins}`,
    })
  for (const [i, transition] of video_transitions.entries()) {
    const field = `video_transitions[${i}]`
    if (transition && !isTransitionKind(transition[0]))
      problems.push({
        field,
        found: JSON.stringify(transition[0]),
        allowed: `null (a hard cut), or one of ${Object.keys(transitionKinds).join(', ')}`,
      })
    const [before, after] = [video_ranges[i], video_ranges[i + 1]]
    if (!transition || !before || !after) continue
    const shorter = Math.min(...[before, after].map(secondsOf))
    if (transition[1] >= shorter)
      problems.push({
        field,
        found: `${transition[1]} s`,
        allowed: `shorter than both its ranges, here below ${shorter} s`,
      })
  }
  if (problems.length > 0) return problems
  for (const [i, range] of video_ranges.entries()) {
    const both = (video_transitions[i - 1]?.[1] ?? 0) + (video_transitions[i]?.[1] ?? 0)
    if (both >= secondsOf(range))
      problems.push({
        field: `video_ranges[${i}]`,
        found: `${secondsOf(range)} s between transitions of ${both} s together`,
        allowed: 'a range longer than the transitions at its two ends together',
      })
  }
  return problems
}

const secondsOf = ([start, end]: VideoRange): number => (instantMs(end) - instantMs(start)) / 1000

function checkEdit(edit: Edit): FieldProblem[] {
  const problems = [...checkFields(edit), ...checkThumbnail(edit)]
  if (edit.video_title.trim() === '')
    problems.push({ field: 'video_title', found: 'a blank title', allowed: '1 to 100 characters' })
  if (edit.video_ranges.length === 0)
    problems.push({ field: 'video_ranges', found: 'no range', allowed: 'at least one [start, end]' })
  if (edit.uploader_whitelist?.length === 0)
    problems.push({
      field: 'uploader_whitelist',
      found: 'an empty list',
      allowed: 'null for any node, or at least one name',
    })
  return problems
}
