/** `reelstate link`: a video that somebody uploaded by other means. */
import { Command } from 'commander'
import { linkVideo } from '../log/link.js'
import { report } from './edit.js'
import { actor, type GlobalOptions, withDatabase } from './opened.js'

export const linkCommand = (): Command =>
  new Command('link')
    .description('Say where a video is that somebody uploaded by other means: it is DONE.')
    .argument('<id>', 'the video')
    .argument('<url>', 'its link, of http or https; for a location of the type youtube-manual one of YouTube')
    .option(
      '--location <name>',
      'a location of the type manual or youtube-manual (default: that of its edit, else manual)',
    )
    .addHelpText(
      'after',
      '\nExamples:\n  reelstate link k3f9w2m7qc https://example.org/raffle\n  reelstate link k3f9w2m7qc https://youtu.be/dQw4w9WgXcQ --location youtube-by-hand',
    )
    .action((id: string, link: string, _, command: Command) => {
      const options = command.optsWithGlobals<GlobalOptions & { location?: string }>()
      const { location: upload_location } = options
      return withDatabase(options, async ({ db, console }) =>
        report(
          console,
          id,
          await linkVideo(
            db,
            id,
            { link, ...(upload_location !== undefined && { upload_location }) },
            { actor: actor() },
          ),
        ),
      )
    })
