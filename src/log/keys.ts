/** Keys of scripts: made once, shown once, kept as a hash. */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import { type Either, isLeft, left, right } from 'fp-ts/lib/Either.js'
import pg from 'pg'
import { FolderName } from '../../machines/codecs.js'
import type { By } from './act.js'
import type { Invalid } from './commands.js'
import type { Queryable } from './database.js'
import { flagsOf, type Role, type RoleFlags } from './roles.js'

/** Eight letters to know it by, and 35 (210 bits) that nobody can guess. */
const FORM = /^rk_[A-Za-z0-9_-]{43}$/
const PREFIX_LETTERS = 11
const bytes = 32

export interface Key extends RoleFlags {
  readonly prefix: string
  readonly name: string
  /** Times are UTC. */
  readonly created_at: string
  readonly created_by: string | null
  readonly revoked_at: string | null
  readonly revoked_by: string | null
  /** To ten minutes; null where it never was. */
  readonly last_used_at: string | null
}

/** Another key that is not revoked has that name. */
export interface KeyNameTaken {
  readonly _tag: 'KeyNameTaken'
  readonly name: string
}

/** Whether it has the form of a key, whoever made it. */
export const isKey = (text: string): boolean => FORM.test(text)

const hashOf = (key: string): Buffer => createHash('sha256').update(key).digest()

const columns =
  'prefix, name, editor, artist, operator, created_at, created_by, revoked_at, revoked_by, last_used_at' as const

interface Row extends Omit<Key, 'created_at' | 'revoked_at' | 'last_used_at'> {
  readonly created_at: Date
  readonly revoked_at: Date | null
  readonly last_used_at: Date | null
}
const keyOf = ({ created_at, revoked_at, last_used_at, ...row }: Row): Key => ({
  ...row,
  created_at: created_at.toISOString(),
  revoked_at: revoked_at?.toISOString() ?? null,
  last_used_at: last_used_at?.toISOString() ?? null,
})

/** Those that are good, then those that are revoked, each by name. */
export async function listKeys(db: Queryable): Promise<Key[]> {
  const { rows } = await db.query<Row>(
    `select ${columns} from reelstate.keys order by revoked_at is not null, name, created_at`,
  )
  return rows.map(keyOf)
}

/** `secret` is the key itself, which nobody will see again. */
export interface MadeKey {
  readonly key: Key
  readonly secret: string
}

/** A new key with `given` roles; with none of them it only reads. */
export async function addKey(
  db: Queryable,
  name: string,
  given: readonly Role[],
  { actor = null }: By,
): Promise<Either<Invalid | KeyNameTaken, MadeKey>> {
  if (isLeft(FolderName.decode(name)))
    return left({
      _tag: 'Invalid',
      problems: [{ field: 'name', found: JSON.stringify(name.slice(0, 120)), allowed: FolderName.name }],
    })
  const secret = `rk_${randomBytes(bytes).toString('base64url')}`
  const { editor, artist, operator } = flagsOf(given)
  try {
    const { rows } = await db.query<Row>(
      `insert into reelstate.keys (prefix, name, sha256, editor, artist, operator, created_by)
       values ($1, $2, $3, $4, $5, $6, $7) returning ${columns}`,
      [secret.slice(0, PREFIX_LETTERS), name, hashOf(secret), editor, artist, operator, actor],
    )
    const [row] = rows
    if (!row) throw new Error('the database answered without a row')
    return right({ key: keyOf(row), secret })
  } catch (error) {
    if (error instanceof pg.DatabaseError && error.constraint === 'keys_name')
      return left({ _tag: 'KeyNameTaken', name })
    throw error
  }
}

/** null where there is no good key of that name. It works nowhere from then on. */
export async function revokeKey(db: Queryable, name: string, { actor = null }: By): Promise<Key | null> {
  const { rows } = await db.query<Row>(
    `update reelstate.keys set revoked_at = clock_timestamp(), revoked_by = $2
     where name = $1 and revoked_at is null returning ${columns}`,
    [name, actor],
  )
  return rows[0] ? keyOf(rows[0]) : null
}

/** The key that `secret` is, revoked or not; null where nobody made it. Notes, to ten minutes, that it was used. */
export async function findKey(db: Queryable, secret: string): Promise<Key | null> {
  if (!isKey(secret)) return null
  const { rows } = await db.query<Row & { sha256: Buffer; is_noted: boolean }>(
    `select ${columns}, sha256,
       coalesce(last_used_at > clock_timestamp() - interval '10 minutes', false) as is_noted
     from reelstate.keys where prefix = $1`,
    [secret.slice(0, PREFIX_LETTERS)],
  )
  const [found] = rows
  if (!found) return null
  const { sha256, is_noted: isNoted, ...row } = found
  if (!timingSafeEqual(sha256, hashOf(secret))) return null
  if (!isNoted && row.revoked_at === null)
    await db
      .query('update reelstate.keys set last_used_at = clock_timestamp() where prefix = $1', [row.prefix])
      // a database that only reads must not keep anybody from reading
      .catch(() => undefined)
  return keyOf(row)
}
