/** `reelstate edit`, `reset` and `retry`. */
import { Command } from 'commander'
import { type Either, isLeft } from 'fp-ts/lib/Either.js'
import { stateName } from '../../machines/decide.js'
import type { Acted, Refusal } from '../log/act.js'
import type { Invalid } from '../log/commands.js'
import type { Console } from './console.js'
import { refused } from './failure.js'
import { readJson } from './jsonFile.js'
import { reachable, type ReachOptions, tellDone, withVideos } from './reach/reached.js'

export const editCommands = (): Command[] => [editCommand(), resetCommand(), retryCommand()]

export function report(console: Console, id: string, outcome: Either<Invalid | Refusal, Acted>): void {
  if (isLeft(outcome)) throw refused(outcome.left)
  const { version, event, snapshot } = outcome.right
  tellDone(console, { id, version, event: event.type, state: stateName(snapshot) })
}

const fields = `
The file is a JSON object. Times are UTC.
  video_title          1 to 100 characters, without < and >          required
  video_ranges         [["2026-01-31T18:00:00Z", "2026-01-31T18:04:30.250Z"], ...], at least one   required
  upload_location      a location that a node offers, such as "local" required
  video_channel        the channel's folder                           required
  video_quality        its quality's folder                           default "source"
  video_transitions    one a join: null is a hard cut                 default hard cuts
  video_description    at most 5000 bytes, without < and >            default ""
  video_tags           at most 500 characters in all                  default []
  public               false is unlisted                              default true
  allow_holes          cut although footage is missing                default false
  uploader_whitelist   names of the nodes that may cut it, or null    default null
  thumbnail_mode       NONE, BARE, TEMPLATE or CUSTOM                 default "NONE"
  thumbnail_time       when its picture is shown                      needed by BARE and TEMPLATE
  thumbnail_template   a name of "reelstate template list"            needed by TEMPLATE
  thumbnail_crop, thumbnail_location   [left, top, right, bottom]     default those of the template
  thumbnail_image      what "reelstate image add" prints              needed by CUSTOM
  chapter_markers      [[seconds, name], ...], for pages of editors   default none
Texts are published as they are given: nothing is put around them.`

const editCommand = (): Command =>
  reachable(new Command('edit'))
    .description('Accept a finished edit of a video: from then on nodes may cut it.')
    .argument('<id>', 'the video')
    .requiredOption('--file <file>', 'the edit as JSON; - is standard input')
    .option('--draft', 'keep it as an unfinished edit; anything may be missing')
    .addHelpText(
      'after',
      `${fields}\n\nExamples:\n  reelstate edit k3f9w2m7qc --file edit.json\n  jq '.public = false' edit.json | reelstate edit k3f9w2m7qc --file -`,
    )
    .action((id: string, _, command: Command) => {
      const options = command.optsWithGlobals<ReachOptions & { file: string; draft?: true }>()
      const edit = readJson(options.file)
      return withVideos(options, async (videos, console) =>
        tellDone(console, await videos.act(options.draft ? 'DraftSaved' : 'Edited', id, edit)),
      )
    })

const resetCommand = (): Command =>
  reachable(new Command('reset'))
    .description(
      'Take a video back to UNEDITED; its edit stays as a draft. While a node cuts it, this cancels the cut.',
    )
    .argument('<id>', 'the video')
    .option('--force', 'also where a video may exist at the destination; it is kept as an orphan')
    .option('--why <reason>', 'for the log')
    .addHelpText(
      'after',
      '\nExamples:\n  reelstate reset k3f9w2m7qc\n  reelstate reset k3f9w2m7qc --force --why "wrong half of the interview"',
    )
    .action((id: string, _, command: Command) => {
      const options = command.optsWithGlobals<ReachOptions & { force?: true; why?: string }>()
      const body = { force: options.force === true, reason: options.why ?? null }
      return withVideos(options, async (videos, console) => tellDone(console, await videos.act('Reset', id, body)))
    })

const retryCommand = (): Command =>
  reachable(new Command('retry'))
    .description('Try a FAILED or waiting video again now, counting its attempts from the beginning.')
    .argument('<id>', 'the video')
    .addHelpText('after', '\nExample:\n  reelstate retry k3f9w2m7qc')
    .action((id: string, _, command: Command) =>
      withVideos(command.optsWithGlobals<ReachOptions>(), async (videos, console) =>
        tellDone(console, await videos.act('Retried', id, {})),
      ),
    )
