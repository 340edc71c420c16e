/** `reelstate db`: how to reach the database, and what can be done with the whole of it. */
import { Command } from 'commander'
import { connect } from '../log/database.js'
import { migrate } from '../log/migrate.js'
import { moveLog } from '../log/move.js'
import { rebuild } from '../log/rebuild.js'
import { brokenEvents } from '../log/verify.js'
import { filled } from './arguments.js'
import { exitCodes, Failure } from './failure.js'
import { type GlobalOptions, reachDatabase, statementMs, withDatabase } from './opened.js'
import { progressBar } from './progressBar.js'

export function dbCommand(): Command {
  const db = new Command('db')
    .description('Print a connection string for psql (it holds the password), or work on the whole database.')
    .addHelpText(
      'after',
      '\nThe embedded server runs while any reelstate process does.\n\nExamples:\n  psql "$(reelstate db)"          while a node is running\n  reelstate db move --to postgres://reelstate@db.example/reelstate\n  reelstate db verify',
    )
    .allowExcessArguments()
    .action((_, command: Command) => {
      const [unknown] = command.args
      if (unknown !== undefined) {
        const known = command.commands.map((sub) => sub.name()).join(', ')
        throw new Failure(`unknown command ${JSON.stringify(unknown)} of db; allowed are ${known}`, exitCodes.invalid)
      }
      return withDatabase(command.optsWithGlobals<GlobalOptions>(), ({ database, console }) => {
        console.result({ url: database.url, kind: database.kind }, () => database.url)
        return Promise.resolve()
      })
    })
  return db.addCommand(moveCommand()).addCommand(rebuildCommand()).addCommand(verifyCommand())
}

const moveCommand = (): Command =>
  new Command('move')
    .description(
      'Copy the whole log into another, empty database. Nodes must be stopped; afterwards start them with DATABASE_URL.',
    )
    .requiredOption('--to <url>', 'postgres://user:password@host:port/database', filled)
    .addHelpText('after', '\nExample:\n  reelstate db move --to postgres://reelstate@db.example/reelstate')
    .action((_, command: Command) => {
      const options = command.optsWithGlobals<GlobalOptions & { to: string }>()
      return withDatabase(options, async (opened) => {
        const { rows } = await opened.db.query('select from reelstate.events limit 1')
        if (rows.length === 0)
          throw new Failure(
            `the log in ${opened.database.describe()} is empty, so there is nothing to move. Is it the right one? Name the node's data folder (--data) or its DATABASE_URL`,
          )
        const target = await reachDatabase(opened, { url: options.to })
        await migrate(target.url)
        const to = connect({ url: target.url, name: 'reelstate move', statementMs })
        const bar = progressBar(opened.console, 'moving', 'events')
        try {
          const moved = await moveLog(opened.db, to, ({ done, total }) => bar.update(done, total))
          bar.stop()
          opened.console.result(
            { ...moved, to: target.describe() },
            () =>
              `Moved ${moved.events} events of ${moved.videos} videos to ${target.describe()}. Start nodes with DATABASE_URL from now on.`,
          )
        } finally {
          bar.stop()
          await to.end()
        }
      })
    })

const rebuildCommand = (): Command =>
  new Command('rebuild')
    .description('Make the rows of all videos, locations and accounts anew from the log.')
    .addHelpText('after', '\nExample:\n  reelstate db rebuild')
    .action((_, command: Command) =>
      withDatabase(command.optsWithGlobals<GlobalOptions>(), async ({ db, console }) => {
        const { unreadable, ...made } = await rebuild(db)
        console.result(
          { ...made, unreadable },
          () => `Rebuilt ${made.videos} rows.${unreadable.length > 0 ? ` Not readable: ${unreadable.join(', ')}` : ''}`,
        )
      }),
    )

const verifyCommand = (): Command =>
  new Command('verify')
    .description("Check every event's hash, and that none is missing.")
    .addHelpText('after', '\nExits with 1 if something is.\n\nExample:\n  reelstate db verify')
    .action((_, command: Command) =>
      withDatabase(command.optsWithGlobals<GlobalOptions>(), async ({ db, console }) => {
        const broken = await brokenEvents(db)
        console.result({ whole: broken.length === 0, broken }, () =>
          broken.length === 0
            ? 'The log is whole.'
            : broken
                .map(({ stream, version }) => `changed, or its predecessor is missing: event ${version} of ${stream}`)
                .join('\n'),
        )
        if (broken.length > 0) throw new Failure('the log is not whole', exitCodes.failed, null)
      }),
    )
