/** `reelstate resolve`: a person says what the destination could not. */
import { Command } from 'commander'
import { readCurrent } from '../log/read.js'
import { isLeft } from 'fp-ts/lib/Either.js'
import { resolveAbsent, resolveUploaded } from '../log/commands.js'
import { openLocations } from '../service/locations.js'
import { report } from './edit.js'
import { exitCodes, Failure } from './failure.js'
import { actor, type GlobalOptions, withDatabase } from './opened.js'

export const resolveCommands = (): Command[] => [
  new Command('resolve')
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
        GlobalOptions & { uploaded?: string; link?: string; absent?: true; why?: string }
      >()
      const { uploaded, absent } = options
      if ((uploaded === undefined) === (absent === undefined))
        throw new Failure('either --uploaded VIDEO_ID or --absent is needed', exitCodes.invalid)
      return withDatabase(options, async ({ db, console, configuration }) => {
        if (uploaded === undefined)
          return report(console, id, await resolveAbsent(db, id, options.why ?? null, { actor: actor() }))
        const read = await readCurrent(db, id)
        const location = isLeft(read) ? undefined : read.right.snapshot?.context.attempt?.upload_location
        const processing = openLocations(configuration).get(location ?? '')?.backend.processes ?? false
        return report(
          console,
          id,
          await resolveUploaded(
            db,
            id,
            { video_id: uploaded, video_link: options.link ?? uploaded, processing },
            { actor: actor() },
          ),
        )
      })
    }),
]
