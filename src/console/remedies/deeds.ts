/**
 * How a person causes each event: what it is called on a button, what has to be typed, and what is sent. Which of them a video takes now
 * the chart says, not this table; one that it does not know is shown with its command.
 */
import type { Row } from '../answers.js'

export interface Field {
  readonly name: string
  readonly label: string
  readonly hint?: string
  readonly needed: 'always' | 'by force' | 'never'
  /** What it is chosen from; free text where this is left out. */
  readonly of?: 'orphans' | 'locations'
}

export interface Deed {
  readonly label: string
  readonly fields: readonly Field[]
  /** The page on which it is done, where that needs more than a line of text. */
  readonly page?: (id: string) => string
  /** Many videos may be given it at once, from the list. */
  readonly toMany?: true
}

const reason = (needed: Field['needed'] = 'never'): Field => ({
  name: 'reason',
  label: 'Reason',
  hint: 'stands in the log, with who did it',
  needed,
})
const orphan: Field = { name: 'orphan', label: 'Orphan', needed: 'always', of: 'orphans' }
const edited = (id: string): string => `/edit/${encodeURIComponent(id)}`

const deeds: Readonly<Record<string, Deed>> = {
  Retried: { label: 'Try again', fields: [], toMany: true },
  ResolvedUploaded: {
    label: 'It is there',
    fields: [
      { name: 'video_id', label: 'Its id at the destination', needed: 'always' },
      { name: 'link', label: 'Link for viewers', hint: 'where it is another than the id', needed: 'never' },
    ],
  },
  ResolvedAbsent: { label: 'It is not there', fields: [reason()], toMany: true },
  ModificationDropped: { label: 'Drop the change', fields: [], toMany: true },
  ManualLinked: {
    label: 'Give its link',
    fields: [
      { name: 'link', label: 'Link', needed: 'always' },
      {
        ...{ name: 'upload_location', label: 'Location', needed: 'never', of: 'locations' },
        hint: 'as the edit has it, if none is chosen',
      },
    ],
  },
  Reset: { label: 'Reset', fields: [reason('by force')], toMany: true },
  OrphanAdopted: { label: 'Adopt an orphan', fields: [orphan] },
  OrphanUnlisted: { label: 'Hide an orphan', fields: [orphan] },
  OrphanDismissed: { label: 'Dismiss an orphan', fields: [orphan, reason()] },
  Edited: { label: 'Edit anew', fields: [], page: edited },
  DraftSaved: { label: 'Keep a draft', fields: [], page: edited },
  Modified: { label: 'Change what is shown', fields: [], page: edited },
}

export const deedOf = (event: string): Deed | null => deeds[event] ?? null

export const labelOf = (event: string, forced: boolean): string =>
  `${deeds[event]?.label ?? event}${forced ? ' by force' : ''}`

/** Those that may be given to many, in the order of the list. */
export const toMany: readonly string[] = Object.keys(deeds).filter((event) => deeds[event]?.toMany)

export const isNeeded = ({ needed }: Field, forced: boolean): boolean =>
  needed === 'always' || (needed === 'by force' && forced)

export type Written = Readonly<Record<string, string>>

/** What is sent; fields that nobody has filled in are left out. */
export function bodyOf(event: string, written: Written, forced: boolean): Record<string, unknown> {
  const given = Object.entries(written).flatMap(([name, text]): [string, string][] =>
    text.trim() === '' ? [] : [[name, text.trim()]],
  )
  const fields: Record<string, string> = Object.fromEntries(given)
  return { ...fields, ...(event === 'Reset' && { force: forced }) }
}

/** The first field that is missing; null where none is. */
export const missing = (fields: readonly Field[], written: Written, forced: boolean): Field | null =>
  fields.find((field) => isNeeded(field, forced) && (written[field.name] ?? '').trim() === '') ?? null

export interface Orphan {
  readonly id: string
  readonly upload_location: string
  readonly video_link: string | null
}

export const orphansOf = (row: Row | undefined): readonly Orphan[] =>
  Array.isArray(row?.['orphans']) ? (row['orphans'] as readonly Orphan[]) : []
