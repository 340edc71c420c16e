/** The playlists that descriptions mention: beside the log, as an edit has in it what it was given of them. */
import { type Either, isLeft, left, right } from 'fp-ts/lib/Either.js'
import pg from 'pg'
import { decodePlaylistChange, type Playlist, type PlaylistFields, PlaylistId } from '../../machines/playlist.js'
import { describeKnown } from '../../machines/problems.js'
import type { By } from './act.js'
import { type Invalid, invalid } from './commands.js'
import { type Db, type Queryable, transaction } from './database.js'
import { listTemplates } from './templates.js'

const columns = 'id, name, description, tags, playlist_id, show_in_description, default_template'

/** In the order of their names. */
export async function listPlaylists(db: Queryable): Promise<Playlist[]> {
  const { rows } = await db.query<Playlist>(`select ${columns} from reelstate.playlists order by name, id`)
  return rows
}

/** null where there is none of that id. */
export async function getPlaylist(db: Queryable, id: string): Promise<Playlist | null> {
  const { rows } = await db.query<Playlist>(`select ${columns} from reelstate.playlists where id = $1`, [id])
  return rows[0] ?? null
}

const fresh: Omit<PlaylistFields, 'name'> = {
  description: '',
  tags: null,
  playlist_id: null,
  show_in_description: true,
  default_template: null,
}

/** Enters a playlist, or changes of it what `change` has. What is published already stays as it is. */
export async function setPlaylist(db: Db, id: string, change: unknown, by: By): Promise<Either<Invalid, Playlist>> {
  if (!PlaylistId.is(id)) return invalid([{ field: 'id', found: JSON.stringify(id), allowed: PlaylistId.name }])
  const decoded = decodePlaylistChange(change)
  if (isLeft(decoded)) return invalid(decoded.left)
  try {
    return await transaction(db, async (on) => {
      const next = { ...fresh, ...(await getPlaylist(on, id)), ...decoded.right }
      if (next.name === undefined) return invalid([{ field: 'name', found: 'nothing', allowed: 'the playlist’s name' }])
      return right(await written(on, { ...next, name: next.name, id }, by))
    })
  } catch (error) {
    if (!(error instanceof pg.DatabaseError)) throw error
    const { playlist_id, default_template } = decoded.right
    if (error.constraint === 'playlists_playlist_id_key')
      return invalid([
        { field: 'playlist_id', found: `${playlist_id}, which another playlist has`, allowed: 'one that none has yet' },
      ])
    if (error.constraint !== 'playlists_default_template_fkey') throw error
    const known = (await listTemplates(db)).map(({ name }) => name)
    const found = JSON.stringify(default_template)
    return invalid([{ field: 'default_template', found, allowed: describeKnown('a template', known) }])
  }
}

async function written(on: Queryable, playlist: Playlist, { actor = null }: By): Promise<Playlist> {
  const { id, name, description, tags, playlist_id, show_in_description, default_template } = playlist
  const { rows } = await on.query<Playlist>(
    `insert into reelstate.playlists (${columns}, changed_by) values ($1, $2, $3, $4, $5, $6, $7, $8)
     on conflict (id) do update set name = excluded.name, description = excluded.description, tags = excluded.tags,
       playlist_id = excluded.playlist_id, show_in_description = excluded.show_in_description,
       default_template = excluded.default_template, changed_by = excluded.changed_by, changed_at = clock_timestamp()
     returning ${columns}`,
    [id, name, description, tags, playlist_id, show_in_description, default_template, actor],
  )
  const [row] = rows
  if (!row) throw new Error('the database answered without a row')
  return row
}

export interface NoPlaylist {
  readonly _tag: 'NoPlaylist'
  readonly id: string
  readonly known: readonly string[]
}

export async function noPlaylist(db: Queryable, id: string): Promise<NoPlaylist> {
  return { _tag: 'NoPlaylist', id, known: (await listPlaylists(db)).map((one) => one.id) }
}

export async function removePlaylist(db: Queryable, id: string): Promise<Either<NoPlaylist, Playlist>> {
  const { rows } = await db.query<Playlist>(`delete from reelstate.playlists where id = $1 returning ${columns}`, [id])
  return rows[0] ? right(rows[0]) : left(await noPlaylist(db, id))
}
