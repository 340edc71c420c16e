/** What is wrong with the form, in the words of the node's own rules, and how much room is left in its texts. */
import { isLeft } from 'fp-ts/lib/Either.js'
import {
  checkModification,
  decodeDraft,
  decodeEdit,
  decodeModification,
  type Modification,
  utf8Bytes,
} from '../../../machines/edit.js'
import type { FieldProblem } from '../../../machines/problems.js'
import { explainComposed } from '../../../machines/shownTexts.js'
import { type Around, composed, draftOf, type EditForm, editOf, listed, unfinished } from './form.js'

export const TITLE_CHARACTERS = 100
export const DESCRIPTION_BYTES = 5000
export const TAG_CHARACTERS = 500

export interface Room {
  readonly used: number
  readonly allowed: number
  /** What is put on: it takes of the room. */
  readonly puts: string
}

export interface Rooms {
  readonly title: Room
  readonly description: Room
  readonly tags: Room
}

export function roomsOf(form: EditForm, around: Around): Rooms {
  const { title_header: header, description_tail: tail } = composed(form, around)
  const tags = listed(form.tags)
  return {
    title: { used: [...form.title].length, allowed: TITLE_CHARACTERS - [...header].length, puts: header },
    description: { used: utf8Bytes(form.description), allowed: DESCRIPTION_BYTES - utf8Bytes(tail), puts: tail.trim() },
    tags: {
      used:
        tags.reduce((sum, tag) => sum + [...tag].length + (tag.includes(' ') ? 2 : 0), 0) +
        Math.max(0, tags.length - 1),
      allowed: TAG_CHARACTERS,
      puts: '',
    },
  }
}

/** As `problemsOf`, of what shall change of a published video. */
export function problemsOfModification(modification: Modification): readonly FieldProblem[] {
  const decoded = decodeModification(modification)
  return isLeft(decoded) ? explainComposed(modification, decoded.left) : checkModification(modification)
}

/** Nothing of it is sent before this is empty. */
export function problemsOf(form: EditForm, around: Around, as: 'edit' | 'draft'): readonly FieldProblem[] {
  if (as === 'draft') {
    const draft = draftOf(form, around)
    const decoded = decodeDraft(draft)
    return isLeft(decoded) ? explainComposed(draft, decoded.left) : []
  }
  const edit = editOf(form, around)
  const decoded = decodeEdit(edit)
  const open = unfinished(form).map((number) => ({
    field: `range ${number}`,
    found: 'only one of its ends',
    allowed: 'a start and an end',
  }))
  // while something is missing, the limits of what is there are not looked at
  const found = [...open, ...(isLeft(decoded) ? explainComposed(edit, decoded.left) : [])]
  const more = found.length === 0 ? [] : problemsOf(form, around, 'draft')
  return [...found, ...more.filter((one) => !found.some(({ field }) => field === one.field))]
}
