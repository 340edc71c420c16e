/** `reelstate waveform`: the sound of a range as a picture, without any database. */
import { Command } from 'commander'
import { sizeOfPng } from '../cut/frame.js'
import { LARGEST_WAVEFORM_SIDE, LONGEST_WAVEFORM_HOURS, waveform } from '../cut/waveform.js'
import { openConsole } from './console.js'
import { exitCodes, Failure } from './failure.js'
import { rangeOption, requireName, withFootage } from './footageOptions.js'
import { interruption } from './interruption.js'
import type { GlobalOptions } from './opened.js'
import { writeOutput } from './outputFile.js'
import { sideOption } from './pixels.js'
import { progressBar } from './progressBar.js'

interface WaveformCommandOptions extends GlobalOptions {
  readonly segments: string
  readonly channel: string
  readonly quality: string
  readonly range: string
  readonly size: string
  readonly output: string
}

export const waveformCommand = (): Command =>
  withFootage(new Command('waveform').description('The sound of a range as a picture (PNG). Needs no database.'))
    .requiredOption('--range <start/end>', `UTC times, at most ${LONGEST_WAVEFORM_HOURS} hours`)
    .option('--size <width>x<height>', `in pixels, at most ${LARGEST_WAVEFORM_SIDE} a side`, '1024x64')
    .requiredOption('-o, --output <file>', 'where to; - is standard output')
    .addHelpText(
      'after',
      '\nExamples:\n  reelstate waveform --segments data/segments --channel main --range 2026-01-31T18:00:00Z/2026-01-31T18:04:30Z -o raffle.png\n  reelstate waveform --segments data/segments --channel main --range 2026-01-31T18:00:00Z/2026-01-31T19:00:00Z --size 4000x200 -o hour.png --json',
    )
    .action(async (_, command: Command) => {
      const { segments: root, channel, quality, output, ...options } = command.optsWithGlobals<WaveformCommandOptions>()
      requireName('--channel', channel)
      requireName('--quality', quality)
      const range = rangeOption(options.range)
      if (range.endMs - range.startMs > LONGEST_WAVEFORM_HOURS * 3_600_000)
        throw new Failure(
          `--range: found ${options.range}; allowed is at most ${LONGEST_WAVEFORM_HOURS} hours`,
          exitCodes.invalid,
        )
      const { width, height } = sizeOption(options.size)
      const console = openConsole(options.json === true)
      if (output === '-' && options.json)
        throw new Failure('--json and -o - both want standard output', exitCodes.invalid)
      const bar = progressBar(console, 'listening', 'seconds')
      const interrupted = interruption()
      const onProgress = (done: number, total: number) => bar.update(done, total)
      try {
        const asked = { signal: interrupted.signal, width, height, onProgress }
        const png = await waveform({ root, channel, quality, range }, asked)
        await writeOutput(output, [png])
        bar.stop()
        const shown = { file: output, ...sizeOfPng(png), bytes: png.length }
        if (output !== '-')
          console.result(shown, () => `${output}: ${shown.width}x${shown.height}, ${shown.bytes} bytes`)
      } catch (error) {
        if (interrupted.signal.aborted) throw new Failure('interrupted; nothing was written')
        throw error
      } finally {
        bar.stop()
        interrupted.close()
      }
    })

function sizeOption(text: string): { width: number; height: number } {
  const [width, height, ...more] = text.split('x').map((side) => sideOption('--size', side, LARGEST_WAVEFORM_SIDE))
  if (width === undefined || height === undefined || more.length > 0)
    throw new Failure(
      `--size: found ${JSON.stringify(text)}; allowed is WIDTHxHEIGHT, such as 1024x64`,
      exitCodes.invalid,
    )
  return { width, height }
}
