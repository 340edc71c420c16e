/** The templates of thumbnails: beside the log, as an edit only names its own. Their images are blobs. */
import { type Either, isLeft, left, right } from 'fp-ts/lib/Either.js'
import pg from 'pg'
import type { FieldProblem } from '../../machines/problems.js'
import { decodeTemplate, decodeTemplateChange, type TemplateFields } from '../../machines/template.js'
import { checkBox, type Size } from '../../machines/thumbnail.js'
import type { By } from './act.js'
import { keepBlob } from './blobs.js'
import type { Invalid } from './commands.js'
import { type Db, type Queryable, transaction } from './database.js'

export interface Template extends TemplateFields, Size {
  /** The blob with its PNG. */
  readonly image_sha256: string
  /** UTC. */
  readonly changed_at: string
  readonly changed_by: string | null
}

/** A whole image of that size: whoever has it has decoded it. */
export interface TemplateImage extends Size {
  readonly bytes: Buffer
  readonly contentType: string
}

/** There is another template of that name. */
export interface NameTaken {
  readonly _tag: 'NameTaken'
  readonly name: string
}

/** There is no template of that name, but there are these. */
export interface NoTemplate {
  readonly _tag: 'NoTemplate'
  readonly name: string
  readonly known: readonly string[]
}

const columns = `name, image_sha256, width, height, description, attribution, crop, location, changed_at, changed_by`

/** By name. */
export async function listTemplates(db: Queryable): Promise<Template[]> {
  const { rows } = await db.query<Row>(`select ${columns} from reelstate.templates order by name`)
  return rows.map(templateOf)
}

/** null where there is none of that name. */
export async function getTemplate(db: Queryable, name: string): Promise<Template | null> {
  const { rows } = await db.query<Row>(`select ${columns} from reelstate.templates where name = $1`, [name])
  return rows[0] ? templateOf(rows[0]) : null
}

type Row = Omit<Template, 'changed_at'> & { readonly changed_at: Date }

const templateOf = (row: Row): Template => ({ ...row, changed_at: row.changed_at.toISOString() })

/** `fields` has a name, and may leave out the rest. */
export async function addTemplate(
  db: Db,
  fields: unknown,
  image: TemplateImage,
  by: By,
): Promise<Either<Invalid | NameTaken, Template>> {
  const decoded = decodeTemplate(fields)
  if (isLeft(decoded)) return invalid(decoded.left)
  const problems = [...checkPng(image), ...checkInside(decoded.right, image)]
  if (problems.length > 0) return invalid(problems)
  return writing(db, decoded.right.name, async (on) => {
    const image_sha256 = await keepBlob(on, image.contentType, image.bytes)
    return right(await written(on, insert, { ...decoded.right, ...sizeOf(image), image_sha256 }, by))
  })
}

/** Changes what `change` has, the name with it, and the image unless it is null. Edits that name it by its earlier name still do. */
export async function updateTemplate(
  db: Db,
  name: string,
  change: unknown,
  image: TemplateImage | null,
  by: By,
): Promise<Either<Invalid | NameTaken | NoTemplate, Template>> {
  const decoded = decodeTemplateChange(change)
  if (isLeft(decoded)) return invalid(decoded.left)
  return writing(db, decoded.right.name ?? name, async (on) => {
    // held until the end, so that two changes at once are one after the other
    const { rows } = await on.query<Row>(`select ${columns} from reelstate.templates where name = $1 for update`, [
      name,
    ])
    const [now] = rows
    if (!now) return noTemplate(on, name)
    const next = { ...now, ...decoded.right, ...(image !== null && sizeOf(image)) }
    const problems = [...(image === null ? [] : checkPng(image)), ...checkInside(next, next)]
    if (problems.length > 0) return invalid(problems)
    const image_sha256 = image === null ? now.image_sha256 : await keepBlob(on, image.contentType, image.bytes)
    return right(await written(on, update, { ...next, image_sha256 }, by, name))
  })
}

/** How many videos want a thumbnail with a template of that name, whether or not there is one. */
export async function videosWithTemplate(db: Queryable, name: string): Promise<number> {
  const { rows } = await db.query<{ videos: number }>(
    `select count(*)::integer as videos from reelstate.videos where thumbnail_mode = 'TEMPLATE' and thumbnail_template = $1`,
    [name],
  )
  return rows[0]?.videos ?? 0
}

export async function noTemplate(db: Queryable, name: string): Promise<Either<NoTemplate, never>> {
  const known = (await listTemplates(db)).map((one) => one.name)
  return left({ _tag: 'NoTemplate', name, known })
}

const invalid = (problems: readonly FieldProblem[]) => left<Invalid>({ _tag: 'Invalid', problems })

const checkPng = ({ contentType }: TemplateImage): FieldProblem[] =>
  contentType === 'image/png'
    ? []
    : [{ field: 'image', found: contentType, allowed: 'image/png: only that has transparency' }]

const checkInside = ({ crop, location }: TemplateFields, size: Size): FieldProblem[] =>
  Object.entries({ crop, location }).flatMap(([field, box]) => (box === null ? [] : checkBox(field, box, size)))

const sizeOf = ({ width, height }: Size): Size => ({ width, height })

/** In a transaction, which the name `name` must not be taken for. */
async function writing<E>(
  db: Db,
  name: string,
  work: (on: Queryable) => Promise<Either<E, Template>>,
): Promise<Either<E | NameTaken, Template>> {
  try {
    return await transaction(db, work)
  } catch (error) {
    const isTaken = error instanceof pg.DatabaseError && error.constraint === 'templates_pkey'
    if (isTaken) return left({ _tag: 'NameTaken', name })
    throw error
  }
}

const insert = `insert into reelstate.templates
    (name, image_sha256, width, height, description, attribution, crop, location, changed_by)
  values ($1, $2, $3, $4, $5, $6, $7, $8, $9) returning ${columns}`

const update = `update reelstate.templates set name = $1, image_sha256 = $2, width = $3, height = $4, description = $5,
    attribution = $6, crop = $7, location = $8, changed_by = $9, changed_at = clock_timestamp()
  where name = $10 returning ${columns}`

async function written(
  on: Queryable,
  statement: string,
  {
    name,
    image_sha256,
    width,
    height,
    description,
    attribution,
    crop,
    location,
  }: Omit<Template, 'changed_at' | 'changed_by'>,
  { actor = null }: By,
  ...key: string[]
): Promise<Template> {
  const values = [name, image_sha256, width, height, description, attribution, crop, location, actor, ...key]
  const { rows } = await on.query<Row>(statement, values)
  const [row] = rows
  if (!row) throw new Error('the database answered without a row')
  return templateOf(row)
}
