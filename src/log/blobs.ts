/** What events refer to by its hash: receipts of cuts and images. */
import { createHash } from 'node:crypto'
import type { Queryable } from './database.js'

/** Keeps `content` and returns its SHA-256 in hexadecimal. Keeping the same again changes nothing. */
export async function keepBlob(db: Queryable, mediaType: string, content: Buffer): Promise<string> {
  const sha256 = createHash('sha256').update(content).digest('hex')
  await db.query(
    'insert into reelstate.blobs (sha256, media_type, content) values ($1, $2, $3) on conflict (sha256) do nothing',
    [sha256, mediaType, content],
  )
  return sha256
}

/** The content of a blob; null where there is none of that hash. */
export async function readBlob(db: Queryable, sha256: string): Promise<{ mediaType: string; content: Buffer } | null> {
  const { rows } = await db.query<{ media_type: string; content: Buffer }>(
    'select media_type, content from reelstate.blobs where sha256 = $1',
    [sha256],
  )
  const [row] = rows
  return row === undefined ? null : { mediaType: row.media_type, content: row.content }
}

/** The media type of a blob; null where there is none of that hash. */
export async function mediaTypeOf(db: Queryable, sha256: string): Promise<string | null> {
  const { rows } = await db.query<{ media_type: string }>('select media_type from reelstate.blobs where sha256 = $1', [
    sha256,
  ])
  return rows[0]?.media_type ?? null
}
