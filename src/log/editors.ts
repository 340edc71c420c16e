/** Who has edited videos: each name once, however many videos there are. */
import type { Queryable } from './database.js'
import { statement } from './statement.js'

const editors = statement('editors')

/** So many are told. */
export const EDITORS = 1_000

export interface Editors {
  readonly editors: readonly string[]
  /** There are more, which are not told. */
  readonly more: boolean
}

export async function readEditors(db: Queryable, limit = EDITORS): Promise<Editors> {
  const { rows } = await db.query<{ editor: string }>({ ...editors, values: [limit + 1] })
  return { editors: rows.slice(0, limit).map(({ editor }) => editor), more: rows.length > limit }
}
