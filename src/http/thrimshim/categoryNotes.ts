/** What editors are told of a category: it stands below the notes, and comes back with them. */
import type { Editing } from '../editing.js'

type Told = Pick<Editing, 'categoryNotes'>

export const categoryNote = ({ categoryNotes }: Told, category: string): string | null =>
  Object.hasOwn(categoryNotes, category) ? (categoryNotes[category] ?? null) : null

export function withCategoryNote(told: Told, category: string, notes: string): string {
  const note = categoryNote(told, category)
  return note === null || note === '' ? notes : `${notes}\n\n${note}`
}

export function withoutCategoryNote(told: Told, category: string, notes: string): string {
  const note = categoryNote(told, category)
  return note !== null && note !== '' && notes.endsWith(`\n\n${note}`) ? notes.slice(0, -note.length - 2) : notes
}
