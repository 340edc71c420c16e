/** `reelstate orphans`: what exists, or may exist, at a destination although no video stands for it. */
import { Command } from 'commander'
import { table } from './console.js'
import { reachable, type ReachOptions, tellDone, withVideos } from './reach/reached.js'

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
  reelstate orphans unlist k3f9w2m7qc dQw4w9WgXcQ
  reelstate orphans list --url https://node-a.example.org --key-file me.key`,
    )
    .addCommand(listCommand())
    .addCommand(unlistCommand())
    .addCommand(adoptCommand())
    .addCommand(dismissCommand())

const listCommand = (): Command =>
  reachable(new Command('list'))
    .description('List orphans, the oldest first.')
    .addHelpText('after', '\nExamples:\n  reelstate orphans list\n  reelstate orphans list --json | jq ".[].link"')
    .action((_, command: Command) =>
      withVideos(command.optsWithGlobals<ReachOptions>(), async (reached, console) => {
        const listed = await reached.orphans()
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
  remedy('unlist', 'OrphanUnlisted', 'Hide the orphan at its destination: only those find it who have its link.')

const adoptCommand = (): Command =>
  remedy('adopt', 'OrphanAdopted', 'Let the video stand for the orphan again, instead of for what it was to become.')

const dismissCommand = (): Command =>
  remedy('dismiss', 'OrphanDismissed', 'Forget the orphan: it was deleted by hand, or may stay as it is.').option(
    '--why <reason>',
    'for the log',
  )

const remedy = (
  name: string,
  event: 'OrphanUnlisted' | 'OrphanAdopted' | 'OrphanDismissed',
  description: string,
): Command =>
  reachable(new Command(name))
    .description(description)
    .argument('<id>', 'the video that has it')
    .argument('<orphan>', 'as `reelstate orphans list` names it')
    .addHelpText('after', `\nExample:\n  reelstate orphans ${name} k3f9w2m7qc dQw4w9WgXcQ`)
    .action((id: string, orphan: string, _, command: Command) => {
      const options = command.optsWithGlobals<ReachOptions & { why?: string }>()
      const body = { orphan, ...(options.why !== undefined && { reason: options.why }) }
      return withVideos(options, async (reached, console) => tellDone(console, await reached.act(event, id, body)))
    })
