/**
 * Finding videos by what is written of them: id, title, both descriptions, notes. With PostgreSQL's pg_trgm a text is found wherever
 * it stands; on a server that does not let us have it, where it begins at the beginning of a word. Either way an index is asked.
 */
import * as t from 'io-ts'
import { refined } from '../../machines/codecs.js'
import type { Queryable } from './database.js'

const LONGEST = 200

/** Fewer than three letters in a row are in every text, and no index knows them. */
export const TextSearch = refined(
  t.string,
  `a text of at most ${LONGEST} characters, with three letters or digits in a row`,
  (text) => text.length <= LONGEST && /[\p{L}\p{N}]{3}/u.test(text) && !text.includes('\0'),
)
export type TextSearch = string

/** SQL: whether the video `v` has it. @param bound gives the place of a value. */
export async function textCondition(
  db: Queryable,
  search: TextSearch,
  bound: (value: unknown) => string,
): Promise<string> {
  const pattern = `lower(${bound(`%${search.replace(/[\\%_]/g, '\\$&')}%`)}::text)`
  const found = `select t.video from reelstate.video_texts t where t.text like ${pattern}`
  if (await findsAnywhere(db)) return `v.id in (${found})`
  const words = [...search.matchAll(/[\p{L}\p{N}]+/gu)].map(([word]) => `${word}:*`).join(' & ')
  return `v.id in (${found} and to_tsvector('simple'::regconfig, t.text) @@ to_tsquery('simple'::regconfig, ${bound(words)}))`
}

/** Whether the database has the index of all that texts contain. */
export async function findsAnywhere(db: Queryable): Promise<boolean> {
  const { rows } = await db.query<{ there: boolean }>(
    `select to_regclass('reelstate.video_texts_trigrams') is not null as there`,
  )
  return rows[0]?.there === true
}
