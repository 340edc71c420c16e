/** `reelstate playlist`: the playlists that descriptions mention. */
import { Command, Option } from 'commander'
import { isLeft } from 'fp-ts/lib/Either.js'
import { listPlaylists, removePlaylist, setPlaylist } from '../log/playlists.js'
import { filled } from './arguments.js'
import { table } from './console.js'
import { exitCodes, Failure, refused } from './failure.js'
import { actor, type GlobalOptions, withDatabase } from './opened.js'

export const playlistCommand = (): Command =>
  new Command('playlist')
    .description('See and change the playlists that descriptions mention.')
    .addHelpText(
      'after',
      '\nA description that is accepted from an editor names the playlists that have all their tags among its video’s, and what\nis published already stays as it is. Nobody but you puts videos into playlists at the destination.\n\nExamples:\n  reelstate playlist list\n  reelstate playlist set day-1 --name "Day 1" --playlist-id PLx0y1z2 --tags "Day 1"',
    )
    .addCommand(listCommand())
    .addCommand(setCommand())
    .addCommand(removeCommand())

const listCommand = (): Command =>
  new Command('list')
    .description('List playlists.')
    .addHelpText(
      'after',
      '\nExamples:\n  reelstate playlist list\n  reelstate playlist list --json | jq -r .[].playlist_id',
    )
    .action((_, command: Command) =>
      withDatabase(command.optsWithGlobals<GlobalOptions>(), async ({ db, console }) => {
        const playlists = await listPlaylists(db)
        console.result(playlists, () =>
          playlists.length === 0
            ? 'No playlists.'
            : table(
                ['id', 'name', 'videos', 'at the destination', 'in descriptions', 'template'],
                playlists.map((one) => [
                  one.id,
                  one.name,
                  one.tags === null ? 'none' : one.tags.length === 0 ? 'all' : one.tags.join(', '),
                  one.playlist_id ?? '',
                  one.show_in_description && one.playlist_id !== null ? 'yes' : 'no',
                  one.default_template ?? '',
                ]),
              ),
        )
      }),
    )

interface SetOptions extends GlobalOptions {
  readonly name?: string
  readonly description?: string
  readonly playlistId?: string
  readonly tags?: string[]
  readonly all?: true
  readonly none?: true
  readonly template?: string
  readonly shown?: true
  readonly hidden?: true
}

const setCommand = (): Command =>
  new Command('set')
    .description('Enter a playlist, or change of it what is named.')
    .argument('<id>', 'what it is called here', filled)
    .option('--name <text>', 'as descriptions name it; a new one needs it', filled)
    .option('--description <text>', 'for people')
    .option('--playlist-id <id>', 'what the destination calls it')
    .option('--tags <tags...>', 'videos with all of these tags are in it')
    .addOption(new Option('--all', 'every video is in it').conflicts(['tags', 'none']))
    .addOption(new Option('--none', 'no video is in it').conflicts('tags'))
    .option('--template <name>', 'for the thumbnails of its videos')
    .addOption(new Option('--shown', 'descriptions name it').conflicts('hidden'))
    .option('--hidden', 'no description names it')
    .addHelpText(
      'after',
      '\nExamples:\n  reelstate playlist set day-1 --name "Day 1" --playlist-id PLx0y1z2 --tags "Day 1"\n  reelstate playlist set all --name "All of it" --playlist-id PLa1b2c3 --all --template default\n  reelstate playlist set day-1 --hidden',
    )
    .action((id: string, _, command: Command) => {
      const options = command.optsWithGlobals<SetOptions>()
      return withDatabase(options, async ({ db, console }) => {
        const set = await setPlaylist(db, id, changeOf(options), { actor: actor() })
        if (isLeft(set)) throw refused(set.left)
        console.result(set.right, () => set.right.id)
      })
    })

const changeOf = ({ name, description, playlistId, tags, all, none, template, shown, hidden }: SetOptions) => ({
  ...(name !== undefined && { name }),
  ...(description !== undefined && { description }),
  ...(playlistId !== undefined && { playlist_id: playlistId === '' ? null : playlistId }),
  ...(tags !== undefined && { tags }),
  ...(all === true && { tags: [] }),
  ...(none === true && { tags: null }),
  ...(template !== undefined && { default_template: template === '' ? null : template }),
  ...((shown ?? hidden) === true && { show_in_description: shown === true }),
})

const removeCommand = (): Command =>
  new Command('remove')
    .description('Take a playlist away. What is published keeps what it says of it.')
    .argument('<id>', 'what it is called here')
    .addHelpText('after', '\nExample:\n  reelstate playlist remove day-1')
    .action((id: string, _, command: Command) =>
      withDatabase(command.optsWithGlobals<GlobalOptions>(), async ({ db, console }) => {
        const removed = await removePlaylist(db, id)
        if (isLeft(removed)) {
          const { known } = removed.left
          const there = known.length === 0 ? 'there is none yet' : `there are: ${known.join(', ')}`
          throw new Failure(`there is no playlist ${id}; ${there}`, exitCodes.notFound, { id, known })
        }
        console.result(removed.right, () => id)
      }),
    )
