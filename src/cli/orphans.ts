/** `reelstate orphans`: what exists, or may exist, at a destination although no video stands for it. */
import { Command } from 'commander'
import { isLeft } from 'fp-ts/lib/Either.js'
import { unlistOrphan } from '../effects/unlistOrphan.js'
import { adoptOrphan, dismissOrphan } from '../log/commands.js'
import { findOrphan, listOrphans } from '../log/orphans.js'
import { openLocations } from '../service/locations.js'
import { table } from './console.js'
import { report } from './edit.js'
import { exitCodes, Failure, refused } from './failure.js'
import { actor, type GlobalOptions, type Opened, withDatabase } from './opened.js'

export const orphansCommand = (): Command =>
  new Command('orphans')
    .description(
      'See what was published, or may have been, without any video that stands for it; and decide what to do.',
    )
    .addHelpText(
      'after',
      `
An orphan is left by a forced reset, or by a node that published after its attempt was over.

Examples:
  reelstate orphans list
  reelstate orphans unlist k3f9w2m7qc dQw4w9WgXcQ`,
    )
    .addCommand(listCommand())
    .addCommand(unlistCommand())
    .addCommand(adoptCommand())
    .addCommand(dismissCommand())

const listCommand = (): Command =>
  new Command('list')
    .description('List orphans, the oldest first.')
    .addHelpText('after', '\nExamples:\n  reelstate orphans list\n  reelstate orphans list --json | jq ".[].link"')
    .action((_, command: Command) =>
      withDatabase(command.optsWithGlobals<GlobalOptions>(), async ({ db, console }) => {
        const listed = await listOrphans(db)
        console.result(listed, () =>
          listed.length === 0
            ? 'No orphans.'
            : table(
                ['video', 'title', 'orphan', 'location', 'since', 'link'],
                listed.map(({ video, title, orphan, location, since, link }) => [
                  ...[video, title ?? '', orphan, location, since],
                  link ?? 'an upload that may have been completed',
                ]),
              ),
        )
      }),
    )

const unlistCommand = (): Command =>
  remedy('unlist', 'Hide the orphan at its destination: only those find it who have its link.').action(
    (id: string, orphan: string, _, command: Command) =>
      withOrphan(command, id, orphan, async (opened) => {
        const locations = openLocations(opened.configuration)
        const outcome = await unlistOrphan(opened.db, locations, id, orphan, { actor: actor() })
        if (isLeft(outcome))
          throw outcome.left._tag === 'UploadError' ? new Failure(outcome.left.message) : refused(outcome.left)
        report(opened.console, id, outcome)
      }),
  )

const adoptCommand = (): Command =>
  remedy('adopt', 'Let the video stand for the orphan again, instead of for what it was to become.').action(
    (id: string, orphan: string, _, command: Command) =>
      withOrphan(command, id, orphan, async ({ db, console }) =>
        report(console, id, await adoptOrphan(db, id, orphan, { actor: actor() })),
      ),
  )

const dismissCommand = (): Command =>
  remedy('dismiss', 'Forget the orphan: it was deleted by hand, or may stay as it is.')
    .option('--why <reason>', 'for the log')
    .action((id: string, orphan: string, _, command: Command) =>
      withOrphan(command, id, orphan, async ({ db, console }) => {
        const { why = null } = command.opts<{ why?: string }>()
        report(console, id, await dismissOrphan(db, id, orphan, why, { actor: actor() }))
      }),
    )

const remedy = (name: string, description: string): Command =>
  new Command(name)
    .description(description)
    .argument('<id>', 'the video that has it')
    .argument('<orphan>', 'as `reelstate orphans list` names it')
    .addHelpText('after', `\nExample:\n  reelstate orphans ${name} k3f9w2m7qc dQw4w9WgXcQ`)

/** The chart refuses an unknown orphan without saying more than that. */
const withOrphan = (
  command: Command,
  id: string,
  orphan: string,
  work: (opened: Opened) => Promise<void>,
): Promise<void> =>
  withDatabase(command.optsWithGlobals<GlobalOptions>(), async (opened) => {
    const { there, known } = await findOrphan(opened.db, id, orphan)
    if (!there) {
      const others = known.length === 0 ? 'it has none' : `it has ${known.join(', ')}`
      throw new Failure(`video ${id} has no orphan ${orphan}: ${others}`, exitCodes.notFound, {
        video: id,
        orphan,
        known,
      })
    }
    await work(opened)
  })
