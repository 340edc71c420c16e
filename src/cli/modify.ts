/** `reelstate modify`: what a published video shows. */
import { Command } from 'commander'
import { exitCodes, Failure } from './failure.js'
import { readJson } from './jsonFile.js'
import { reachable, type ReachOptions, tellDone, withVideos } from './reach/reached.js'

interface Options extends ReachOptions {
  readonly title?: string
  readonly description?: string
  readonly tags?: string[]
  readonly public?: true
  readonly unlisted?: true
  readonly file?: string
  readonly drop?: true
}

export const modifyCommand = (): Command =>
  reachable(new Command('modify'))
    .description('Change what a published video shows; what is not named stays as it is. It is not cut anew.')
    .argument('<id>', 'the video: DONE, MODIFIED or OUT_OF_SYNC')
    .option('--title <text>', '1 to 100 characters, without < and >')
    .option('--description <text>', 'at most 5000 bytes, without < and >')
    .option('--tags <tags...>', 'in place of those it has')
    .option('--public', 'list it')
    .option('--unlisted', 'only those find it who have its link')
    .option(
      '--file <file>',
      'a JSON object with fields as `reelstate edit` names them, those of the thumbnail, too; - is standard input',
    )
    .option('--drop', 'give up a change that could not be applied: back to what was last shown')
    .addHelpText(
      'after',
      `\nExamples:\n  reelstate modify k3f9w2m7qc --title "The raffle, part 2"\n  echo '{"public": false}' | reelstate modify k3f9w2m7qc --file -\n  reelstate modify k3f9w2m7qc --drop`,
    )
    .action((id: string, _, command: Command) => {
      const options = command.optsWithGlobals<Options>()
      const change = changeOf(options)
      return withVideos(options, async (videos, console) =>
        tellDone(
          console,
          await (options.drop ? videos.act('ModificationDropped', id, {}) : videos.act('Modified', id, change)),
        ),
      )
    })

function changeOf({ title, description, tags, public: listed, unlisted, file, drop }: Options): unknown {
  if (listed && unlisted) throw new Failure('--public and --unlisted: only one of them', exitCodes.invalid)
  const named = {
    ...(title !== undefined && { video_title: title }),
    ...(description !== undefined && { video_description: description }),
    ...(tags !== undefined && { video_tags: tags }),
    ...((listed ?? unlisted) && { public: listed === true }),
  }
  const others = Object.keys(named).length + (file === undefined ? 0 : 1)
  if (drop && others > 0) throw new Failure('--drop: nothing else along with it', exitCodes.invalid)
  if (file === undefined) return named
  const read = readJson(file)
  return typeof read === 'object' && read !== null && !Array.isArray(read) ? { ...read, ...named } : read
}
