/** Who may do what: by e-mail address in lower case. Beside the log, which has the address as the actor of what somebody did. */
import { type Either, left, right } from 'fp-ts/lib/Either.js'
import type { By } from './act.js'
import type { Invalid } from './commands.js'
import type { Queryable } from './database.js'

export const roles = ['editor', 'artist', 'operator'] as const
export type Role = (typeof roles)[number]

/** As a row of the database has them: a column for each. */
export type RoleFlags = Readonly<Record<Role, boolean>>

export interface RolesOf extends RoleFlags {
  readonly email: string
  /** What people call them; may be empty. */
  readonly name: string
  /** UTC. */
  readonly changed_at: string
  readonly changed_by: string | null
}

export const flagsOf = (given: Iterable<Role>): RoleFlags => {
  const set = new Set(given)
  return { editor: set.has('editor'), artist: set.has('artist'), operator: set.has('operator') }
}

export const rolesIn = (flags: RoleFlags): Role[] => roles.filter((role) => flags[role])

/** As addresses are compared, whatever case somebody's issuer writes them in. */
export const plainEmail = (text: string): string => text.trim().toLowerCase()

const columns = 'email, name, editor, artist, operator, changed_at, changed_by'

type Row = Omit<RolesOf, 'changed_at'> & { readonly changed_at: Date }
const rolesOf = (row: Row): RolesOf => ({ ...row, changed_at: row.changed_at.toISOString() })

/** By address. */
export async function listRoles(db: Queryable): Promise<RolesOf[]> {
  const { rows } = await db.query<Row>(`select ${columns} from reelstate.roles order by email`)
  return rows.map(rolesOf)
}

/** null where nobody has put that address among those who may sign in. */
export async function readRoles(db: Queryable, email: string): Promise<RolesOf | null> {
  const { rows } = await db.query<Row>(`select ${columns} from reelstate.roles where email = $1`, [plainEmail(email)])
  return rows[0] ? rolesOf(rows[0]) : null
}

/** Exactly the roles `given`, whatever there was before; none at all is whoever may only read. @param name null keeps what it was. */
export async function setRoles(
  db: Queryable,
  email: string,
  given: readonly Role[],
  name: string | null,
  { actor = null }: By,
): Promise<Either<Invalid, RolesOf>> {
  const plain = plainEmail(email)
  if (!/^[^@\s\p{Cc}]+@[^@\s\p{Cc}]+$/u.test(plain) || plain.length > 254)
    return left({
      _tag: 'Invalid',
      problems: [{ field: 'email', found: JSON.stringify(email.slice(0, 100)), allowed: 'an e-mail address' }],
    })
  const { editor, artist, operator } = flagsOf(given)
  const { rows } = await db.query<Row>(
    `insert into reelstate.roles as r (email, name, editor, artist, operator, changed_by)
     values ($1, coalesce($2, ''), $3, $4, $5, $6)
     on conflict (email) do update set name = coalesce($2, r.name), editor = $3, artist = $4, operator = $5,
       changed_by = $6, changed_at = clock_timestamp()
     returning ${columns}`,
    [plain, name, editor, artist, operator, actor],
  )
  const [row] = rows
  if (!row) throw new Error('the database answered without a row')
  return right(rolesOf(row))
}

/** Whether there was anybody to remove. */
export async function removeRoles(db: Queryable, email: string): Promise<boolean> {
  const { rowCount } = await db.query('delete from reelstate.roles where email = $1', [plainEmail(email)])
  return rowCount === 1
}
