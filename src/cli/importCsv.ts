/** A sheet as CSV: the first line names the columns. */
import { type Either, left, right } from 'fp-ts/lib/Either.js'
import { sourceColumns } from '../log/bySource.js'

const known: readonly string[] = ['key', 'id', ...sourceColumns]
const lists = ['tags', 'image_links']
const times = ['event_start', 'event_end']

/** Each row as an object of what it says. A cell that can't be read stays as it is, for the row alone to be refused. */
export async function rowsOfCsv(text: string): Promise<Either<string, Record<string, unknown>[]>> {
  const { parse } = await import('csv-parse/sync')
  let records: string[][]
  try {
    records = parse(text, { bom: true, skip_empty_lines: true, relax_column_count: true })
  } catch (error) {
    return left(error instanceof Error ? error.message : String(error))
  }
  const [header = [], ...rows] = records
  const columns = header.map((name) => name.trim())
  const unknown = columns.filter((name) => !known.includes(name))
  if (unknown.length > 0)
    return left(
      `columns: found ${unknown.map((name) => JSON.stringify(name)).join(', ')}; allowed are ${known.join(', ')}`,
    )
  const twice = columns.filter((name, i) => columns.indexOf(name) !== i)
  if (twice.length > 0) return left(`columns: found ${twice.join(', ')} twice; allowed is each once`)
  if (!columns.includes('key') && !columns.includes('id'))
    return left('columns: found neither key nor id; one is needed')
  return right(rows.map((cells) => rowOf(columns, cells)))
}

function rowOf(columns: readonly string[], cells: readonly string[]): Record<string, unknown> {
  const row = columns.flatMap((column, i) => {
    const cell = cells[i]
    // a row that is shorter says nothing of the rest
    if (cell === undefined) return []
    // an empty id or key is none
    if ((column === 'id' || column === 'key') && cell.trim() === '') return []
    return [[column, valueOf(column, cell)] as const]
  })
  const more = cells.slice(columns.length).filter((cell) => cell !== '')
  return { ...Object.fromEntries(row), ...(more.length > 0 && { [`column ${columns.length + 1}`]: more[0] }) }
}

function valueOf(column: string, cell: string): unknown {
  const text = cell.trim()
  if (lists.includes(column))
    return text === ''
      ? []
      : text
          .split(',')
          .map((one) => one.trim())
          .filter(Boolean)
  if (times.includes(column)) return text === '' ? null : text.replace(/^(\d{4}-\d\d-\d\d) (?=\d)/, '$1T')
  if (column !== 'poster_moment') return column === 'id' || column === 'key' ? text : cell
  const word = text.toLowerCase()
  if (word === 'true') return true
  return word === 'false' || word === '' ? false : cell
}
