/** `reelstate resolve`: a person says what the destination could not. */
import { Command } from 'commander'
import { exitCodes, Failure } from './failure.js'
import { reachable, type ReachOptions, tellDone, withVideos } from './reach/reached.js'

export const resolveCommands = (): Command[] => [
  reachable(new Command('resolve'))
    .description('Say what became of an UNCERTAIN video, after a look at its destination.')
    .argument('<id>', 'the video')
    .option('--uploaded <video-id>', 'it is there, under this id')
    .option('--link <url>', 'its link, with --uploaded (default: the id)')
    .option('--absent', 'it is not there: it will be cut and uploaded again')
    .option('--why <reason>', 'for the log, with --absent')
    .addHelpText(
      'after',
      '\nExamples:\n  reelstate resolve k3f9w2m7qc --uploaded The_raffle-k3f9w2m7qc.ts\n  reelstate resolve k3f9w2m7qc --absent --why "looked into the folder"',
    )
    .action((id: string, _, command: Command) => {
      const options = command.optsWithGlobals<
        ReachOptions & { uploaded?: string; link?: string; absent?: true; why?: string }
      >()
      const { uploaded, absent } = options
      if ((uploaded === undefined) === (absent === undefined))
        throw new Failure('either --uploaded VIDEO_ID or --absent is needed', exitCodes.invalid)
      return withVideos(options, async (videos, console) =>
        tellDone(
          console,
          await (uploaded === undefined
            ? videos.act('ResolvedAbsent', id, { reason: options.why ?? null })
            : videos.act('ResolvedUploaded', id, { video_id: uploaded, link: options.link ?? null })),
        ),
      )
    }),
]
