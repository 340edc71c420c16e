/** What is configured for editors: what they are given to begin with, and what is put around what they write. */
import type { Wording } from '../../machines/shownTexts.js'

export interface Editing extends Wording {
  /** From when on the event's own clock counts, UTC; null where there is none. */
  readonly bustimeStart: string | null
  /** Of videos that nobody has chosen one for; null where that is up to the editor. */
  readonly channel: string | null
  /** Rows of these sheets are for keeping only: nothing is put around their texts. */
  readonly archiveSheets: readonly string[]
  /** Locations that editors are shown first, in this order; they need not be offered. */
  readonly uploadLocations: readonly string[]
  /** By category: what editors are told beside the notes. */
  readonly categoryNotes: Readonly<Record<string, string>>
}

/** Where nothing is configured. */
export const plainEditing: Editing = {
  title_prefix: '',
  description_footer: '',
  bustimeStart: null,
  channel: null,
  archiveSheets: [],
  uploadLocations: [],
  categoryNotes: {},
}
