import ffmpeg, { type FfmpegCommand } from 'fluent-ffmpeg'

/** What ffmpeg shall do, apart from where its inputs and output go: those are pipes. */
export interface FfmpegCommandLine {
  /** Options of each input, which is `pipe:3`, `pipe:4`… in order. */
  readonly inputs: readonly (readonly string[])[]
  /** Left out where streams are taken as they are. */
  readonly filterGraph?: string
  /** Outputs of the filter graph, as `[picture]`, or streams of the inputs, as `0:v:0`. */
  readonly maps: readonly string[]
  readonly outputOptions: readonly string[]
  readonly format: string
  /** Where the output goes that can't go through a pipe. */
  readonly file?: string
}

/** The file descriptor of the first input in the ffmpeg process; those of the others follow. */
export const FIRST_INPUT_FD = 3

/**
 * The arguments for ffmpeg. fluent-ffmpeg builds them and does nothing else: its own way of starting ffmpeg knows one
 * input stream and no process group, and loses a kill that comes early.
 */
export function ffmpegArguments(line: FfmpegCommandLine): string[] {
  const command = ffmpeg()
  line.inputs.forEach((options, index) => {
    command.input(`pipe:${FIRST_INPUT_FD + index}`).inputOptions(...options)
  })
  if (line.filterGraph !== undefined) command.complexFilter(line.filterGraph)
  // a name with a colon must not be taken for a protocol
  command.output(line.file === undefined ? 'pipe:1' : `file:${line.file}`)
  // given one by one: out of an array, fluent-ffmpeg splits values at their spaces
  command.outputOptions(...line.maps.flatMap((map) => ['-map', map]), ...line.outputOptions, '-f', line.format)
  return argumentsOf(command)
}

/** The builder's list, which its types leave out. */
function argumentsOf(command: FfmpegCommand): string[] {
  return (command as FfmpegCommand & { _getArguments(): string[] })._getArguments()
}
