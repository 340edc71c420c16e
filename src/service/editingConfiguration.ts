/** The part `editing` of a configuration: what editors begin with, and what is put around what they write. */
import * as t from 'io-ts'
import { FolderName, Instant, Text, Texts } from '../../machines/codecs.js'
import { utf8Bytes } from '../../machines/edit.js'
import type { FieldProblem } from '../../machines/problems.js'
import { titleHeader } from '../../machines/shownTexts.js'
import { type Editing, plainEditing } from '../http/editing.js'

const fields = {
  title_prefix: Text,
  description_footer: Text,
  bustime_start: Instant,
  channel: FolderName,
  archive_sheets: Texts,
  upload_locations: Texts,
  category_notes: t.record(t.string, Text, 'texts by category'),
}
export const knownOfEditing = Object.keys(fields)
export const EditingFile = t.partial(fields, 'an object for editors')
type Read = t.TypeOf<typeof EditingFile>

/** So that an editor has at least as much room left as they need. */
const MOST_HEADER = 60
const MOST_FOOTER_BYTES = 3000

/** What no codec sees. */
export function editingProblems({ title_prefix = '', description_footer = '' }: Read = {}): FieldProblem[] {
  const problems: FieldProblem[] = []
  const refuse = (field: string, found: string, allowed: string) =>
    problems.push({ field: `editing.${field}`, found, allowed })
  const header = [...titleHeader(title_prefix)].length
  if (header > MOST_HEADER || /[<>\p{Cc}]/u.test(title_prefix) || title_prefix !== title_prefix.trim())
    refuse(
      'title_prefix',
      JSON.stringify(title_prefix),
      `at most ${MOST_HEADER - 3} characters on one line, without < and >`,
    )
  const footer = utf8Bytes(description_footer)
  if (footer > MOST_FOOTER_BYTES) refuse('description_footer', `${footer} bytes`, `at most ${MOST_FOOTER_BYTES}`)
  if (/[<>]/.test(description_footer)) refuse('description_footer', 'it has < or >', 'no angle brackets')
  return problems
}

export const editingOf = (read: Read = {}): Editing => ({
  title_prefix: read.title_prefix ?? plainEditing.title_prefix,
  description_footer: read.description_footer ?? plainEditing.description_footer,
  bustimeStart: read.bustime_start ?? null,
  channel: read.channel ?? null,
  archiveSheets: read.archive_sheets ?? [],
  uploadLocations: read.upload_locations ?? [],
  categoryNotes: read.category_notes ?? {},
})
