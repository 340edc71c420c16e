/** `reelstate import`: moments of the stream from a sheet's file. */
import { readFile } from 'node:fs/promises'
import { Command, Option } from 'commander'
import { type Either, isLeft, left, right } from 'fp-ts/lib/Either.js'
import { describeProblem } from '../../machines/problems.js'
import { externalId } from '../log/bySource.js'
import { enterRows, type RowOutcome } from '../log/enterRows.js'
import { type Console, table } from './console.js'
import { exitCodes, Failure } from './failure.js'
import { rowsOfCsv } from './importCsv.js'
import { actor, type GlobalOptions, withDatabase } from './opened.js'

interface Options extends GlobalOptions {
  readonly source: string
  readonly as?: 'csv' | 'json'
  readonly dryRun?: true
}

export const importCommand = (): Command =>
  new Command('import')
    .description(
      'Enter moments of the stream from a file, or change what the schedule says of them. No edit is changed.',
    )
    .argument('<file>', 'a .csv with a line of column names, or a .json with a list of objects')
    .option('--source <name>', 'where the rows come from: what a row’s key belongs to', 'import')
    .addOption(new Option('--as <form>', 'what the file is (default: by its name)').choices(['csv', 'json']))
    .option('--dry-run', 'say what would become of each row, and change nothing')
    .addHelpText(
      'after',
      `
Columns: key (what the row is called where it comes from; default: its id), id (of the video, where that is chosen), and
  sheet_name, event_start, event_end (UTC), category, description, submitter_winner, notes, poster_moment (true or false),
  image_links, tags (in a .csv with commas between them)
A column that is missing leaves what there is. The same file again changes nothing. A row that is wrong holds up no other;
the exit code is 2 then.

Examples:
  reelstate import schedule.csv --source sheet --dry-run
  reelstate import schedule.json --source sheet --json | jq '.[] | select(.outcome == "refused")'`,
    )
    .action(async (file: string, _, command: Command) => {
      const options = command.optsWithGlobals<Options>()
      const source = externalId(options.source, 'key')
      if (isLeft(source)) throw new Failure(`--${source.left.map(describeProblem).join('; ')}`, exitCodes.invalid)
      const rows = await readRows(file, options.as)
      return withDatabase(options, async ({ db, console }) => {
        const dryRun = options.dryRun === true
        const outcomes = await enterRows(db, options.source, rows, { by: { actor: actor() }, dryRun })
        report(console, outcomes, dryRun)
        const refused = outcomes.filter(({ outcome }) => outcome === 'refused').length
        if (refused > 0)
          throw new Failure(`${refused} of ${outcomes.length} rows were refused`, exitCodes.invalid, null)
      })
    })

async function readRows(file: string, as: Options['as']): Promise<unknown[]> {
  const form = as ?? /\.(csv|json)$/i.exec(file)?.[1]?.toLowerCase()
  const wrong = (why: string) => new Failure(`file: ${file}: ${why}`, exitCodes.invalid)
  if (form !== 'csv' && form !== 'json') throw wrong('its name ends neither in .csv nor in .json: say --as')
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw wrong(error instanceof Error ? error.message : String(error))
  })
  if (form === 'csv') {
    const rows = await rowsOfCsv(text)
    if (isLeft(rows)) throw wrong(rows.left)
    return rows.right
  }
  const read = parsed(text)
  if (isLeft(read)) throw wrong(read.left)
  return read.right
}

function parsed(text: string): Either<string, unknown[]> {
  try {
    const read: unknown = JSON.parse(text)
    return Array.isArray(read) ? right(read) : left('found something else; allowed is a list of objects')
  } catch (error) {
    return left(error instanceof Error ? error.message : String(error))
  }
}

function report(console: Console, outcomes: readonly RowOutcome[], dryRun: boolean): void {
  const count = (wanted: RowOutcome['outcome']) => outcomes.filter(({ outcome }) => outcome === wanted).length
  const told = outcomes.filter(({ outcome }) => outcome !== 'unchanged')
  console.result(outcomes, () =>
    [
      ...(told.length === 0
        ? []
        : [
            table(
              ['row', 'key', 'video', 'outcome', 'what'],
              told.map(({ row, key, id, outcome, changed, why }) => [
                String(row),
                key ?? '',
                id ?? '',
                outcome,
                why ?? (outcome === 'changed' ? changed.join(', ') : ''),
              ]),
            ),
          ]),
      `${dryRun ? 'Would be: ' : ''}${count('created')} created, ${count('changed')} changed, ${count('unchanged')} unchanged, ${count('refused')} refused`,
    ].join('\n'),
  )
}
