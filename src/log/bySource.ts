/**
 * Videos that come from somewhere else: a sheet, a schedule, another program. What they are called there finds them again, so that the
 * same may be said twice, by whomever. It changes what the schedule says of the moment, never the edit.
 */
import { type Either, isLeft, isRight, left, right } from 'fp-ts/lib/Either.js'
import pg from 'pg'
import { type FieldProblem, strictly } from '../../machines/problems.js'
import { Source, SourceChange } from '../../machines/source.js'
import { act, type By, type Refusal } from './act.js'
import { createVideo, invalid, type Invalid, newVideoId } from './commands.js'
import type { Db, Queryable } from './database.js'
import { readCurrent } from './read.js'

export const sourceColumns = Object.keys(Source.type.props) as readonly (keyof Source)[]

export interface BySource {
  readonly id: string
  readonly external_id: string | null
  /** What became of it, or would have in a dry run. */
  readonly outcome: 'created' | 'changed' | 'unchanged'
  /** Of the video, in the log. In a dry run the one that it has now; 0 where there is none. */
  readonly version: number
  /** The fields of the schedule that it changes. */
  readonly changed: readonly string[]
}

export interface Entered {
  readonly source: string
  readonly key: string
  /** The video's own id, where that shall be chosen; a video of that id which has no other origin is the one that is meant. */
  readonly id?: string | undefined
  /** What is left out stays as it is. */
  readonly fields: unknown
}

export interface EnterOptions {
  readonly by: By
  readonly dryRun?: boolean
}

/** `SOURCE/KEY`, or what is wrong with the two. */
export function externalId(source: string, key: string): Either<FieldProblem[], string> {
  const problems: FieldProblem[] = []
  if (!/^[A-Za-z0-9_-][A-Za-z0-9_.-]{0,49}$/.test(source))
    problems.push({
      field: 'source',
      found: JSON.stringify(source),
      allowed: "1 to 50 letters, digits, '_', '-' and '.', not beginning with '.'",
    })
  if (!/^[^\p{Cc}\p{Cs}]{1,200}$/u.test(key))
    problems.push({ field: 'key', found: JSON.stringify(key), allowed: '1 to 200 characters on one line' })
  return problems.length > 0 ? left(problems) : right(`${source}/${key}`)
}

/** The video that is called so; null where there is none. */
export async function findByExternalId(db: Queryable, external_id: string): Promise<string | null> {
  const { rows } = await db.query<{ id: string }>('select id from reelstate.videos where external_id = $1', [
    external_id,
  ])
  return rows[0]?.id ?? null
}

/** Whoever is overtaken looks again. */
const ATTEMPTS = 50

/** Creates the video, or changes of its schedule what differs; saying the same again appends nothing. */
export async function enterBySource(
  db: Db,
  { source, key, id, fields }: Entered,
  { by, dryRun = false }: EnterOptions,
): Promise<Either<Invalid | Refusal, BySource>> {
  const named = externalId(source, key)
  const decoded = strictly(SourceChange, sourceColumns, fields)
  if (isLeft(named) || isLeft(decoded))
    return invalid([...(isLeft(named) ? named.left : []), ...(isLeft(decoded) ? decoded.left : [])])
  const external_id = named.right
  for (let i = 0; i < ATTEMPTS; i++) {
    const known = await findByExternalId(db, external_id)
    if (known !== null && id !== undefined && id !== known)
      return invalid([{ field: 'id', found: JSON.stringify(id), allowed: `${known}: ${external_id} is that video` }])
    const target = known ?? id
    const outcome =
      target === undefined
        ? await create(db, newVideoId(), external_id, decoded.right, by, dryRun)
        : await createOrChange(db, target, external_id, decoded.right, by, dryRun)
    if (outcome !== 'overtaken') return outcome
  }
  return left({ _tag: 'Conflict', stream: external_id, expected: 0 })
}

type Tried = Either<Invalid | Refusal, BySource> | 'overtaken'

async function create(
  db: Db,
  id: string,
  external_id: string,
  change: SourceChange,
  by: By,
  dryRun: boolean,
): Promise<Tried> {
  const changed = Object.keys(change)
  if (dryRun) return right({ id, external_id, outcome: 'created', version: 0, changed })
  try {
    const created = await createVideo(db, id, change, by, external_id)
    if (isRight(created)) return right({ id, external_id, outcome: 'created', version: created.right.version, changed })
    return created.left._tag === 'NotAllowed' || created.left._tag === 'Conflict' ? 'overtaken' : created
  } catch (error) {
    // somebody else has just entered it
    if (error instanceof pg.DatabaseError && error.constraint === 'videos_external_id_key') return 'overtaken'
    throw error
  }
}

async function createOrChange(
  db: Db,
  id: string,
  external_id: string,
  change: SourceChange,
  by: By,
  dryRun: boolean,
): Promise<Tried> {
  const read = await readCurrent(db, id)
  if (isLeft(read)) return read
  const { snapshot, version } = read.right
  if (snapshot === null) return create(db, id, external_id, change, by, dryRun)
  const { source, external_id: origin } = snapshot.context
  if (origin !== undefined && origin !== external_id)
    return invalid([{ field: 'id', found: JSON.stringify(id), allowed: `another one: that video is ${origin}` }])
  const differs = differences(source, change)
  const changed = Object.keys(differs)
  const found = { id, external_id: origin ?? null, changed }
  if (changed.length === 0) return right({ ...found, outcome: 'unchanged', version })
  if (dryRun) return right({ ...found, outcome: 'changed', version })
  const acted = await act(db, id, {
    type: 'SourceChanged',
    data: () => ({ source: differs }),
    by,
    expected: version,
    known: read.right,
  })
  if (isLeft(acted)) return acted.left._tag === 'Conflict' ? 'overtaken' : acted
  return right({ ...found, outcome: 'changed', version: acted.right.version })
}

/** Of `change`, what is not so yet. */
export const differences = (now: Source, change: SourceChange): SourceChange =>
  Object.fromEntries(
    sourceColumns.flatMap((column) => {
      const to = change[column]
      return to === undefined || JSON.stringify(to) === JSON.stringify(now[column]) ? [] : [[column, to]]
    }),
  )
