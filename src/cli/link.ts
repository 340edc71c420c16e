/** `reelstate link`: a video that somebody uploaded by other means. */
import { Command } from 'commander'
import { reachable, type ReachOptions, tellDone, withVideos } from './reach/reached.js'

export const linkCommand = (): Command =>
  reachable(new Command('link'))
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
      const options = command.optsWithGlobals<ReachOptions & { location?: string }>()
      const { location } = options
      const body = { link, ...(location !== undefined && { upload_location: location }) }
      return withVideos(options, async (videos, console) =>
        tellDone(console, await videos.act('ManualLinked', id, body)),
      )
    })
