/** `reelstate frame`: one picture of the footage, without any database. */
import { Command } from 'commander'
import { frameAt, LARGEST_FRAME_SIDE, sizeOfPng } from '../cut/frame.js'
import { openConsole } from './console.js'
import { exitCodes, Failure } from './failure.js'
import { requireName, withFootage } from './footageOptions.js'
import { timeOption } from './ingest.js'
import { interruption } from './interruption.js'
import type { GlobalOptions } from './opened.js'
import { writeOutput } from './outputFile.js'
import { sideOption } from './pixels.js'

interface FrameCommandOptions extends GlobalOptions {
  readonly segments: string
  readonly channel: string
  readonly quality: string
  readonly at: string
  readonly width?: string
  readonly height?: string
  readonly output: string
}

export const frameCommand = (): Command =>
  withFootage(new Command('frame').description('The picture that is shown at an instant, as PNG. Needs no database.'))
    .requiredOption('--at <time>', 'UTC')
    .option('--width <pixels>', 'the height follows')
    .option('--height <pixels>', 'the width follows; with both, it is fitted into them')
    .requiredOption('-o, --output <file>', 'where to; - is standard output')
    .addHelpText(
      'after',
      '\nExamples:\n  reelstate frame --segments data/segments --channel main --at 2026-01-31T18:00:00.250Z -o raffle.png\n  reelstate frame --segments data/segments --channel main --at 2026-01-31T18:00:00Z --width 320 -o - | display -',
    )
    .action(async (_, command: Command) => {
      const {
        segments: root,
        channel,
        quality,
        at,
        output,
        ...options
      } = command.optsWithGlobals<FrameCommandOptions>()
      requireName('--channel', channel)
      requireName('--quality', quality)
      const atMs = timeOption('--at', at)
      const width = sideOption('--width', options.width, LARGEST_FRAME_SIDE)
      const height = sideOption('--height', options.height, LARGEST_FRAME_SIDE)
      const console = openConsole(options.json === true)
      if (output === '-' && options.json)
        throw new Failure('--json and -o - both want standard output', exitCodes.invalid)
      const interrupted = interruption()
      try {
        const png = await frameAt(
          { root, channel, quality, atMs },
          {
            signal: interrupted.signal,
            ...(width !== undefined && { width }),
            ...(height !== undefined && { height }),
          },
        )
        await writeOutput(output, [png])
        const shown = { file: output, ...sizeOfPng(png), bytes: png.length }
        if (output !== '-')
          console.result(shown, () => `${output}: ${shown.width}x${shown.height}, ${shown.bytes} bytes`)
      } catch (error) {
        if (interrupted.signal.aborted) throw new Failure('interrupted; nothing was written')
        throw error
      } finally {
        interrupted.close()
      }
    })
