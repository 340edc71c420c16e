/** `reelstate diagram`: the chart of a video's life, drawn from the machine itself. */
import { readFileSync, writeFileSync } from 'node:fs'
import { Command, Option } from 'commander'
import { type Chart, type ChartName, charts } from '../diagram/graph.js'
import { machineOf } from '../diagram/json.js'
import { lifecycleOf } from '../diagram/lifecycle.js'
import { mermaidOf } from '../diagram/mermaid.js'
import { remediesPart, withRemedies } from '../diagram/remedies.js'
import { openConsole } from './console.js'
import { exitCodes, Failure } from './failure.js'
import type { GlobalOptions } from './opened.js'

const formats = {
  mermaid: (chart: Chart) => Promise.resolve(mermaidOf(chart)),
  json: (chart: Chart) => Promise.resolve(`${JSON.stringify(machineOf(chart), null, 2)}\n`),
  // the layout's library takes as long to load as everything else together
  svg: async (chart: Chart) => (await import('../diagram/svg.js')).svgOf(chart),
  markdown: (chart: Chart) => Promise.resolve(lifecycleOf(chart)),
  remedies: (chart: Chart) => Promise.resolve(remediesPart(chart)),
} as const
type Format = keyof typeof formats

export const diagramCommand = (): Command =>
  new Command('diagram')
    .description(
      "Draw the chart of a video's life, or of a location's or a node's, from the machine that the service runs.",
    )
    .addOption(new Option('--format <format>', 'how').choices(Object.keys(formats)).default('mermaid'))
    .addOption(new Option('--of <subject>', 'whose life').choices(Object.keys(charts)).default('video'))
    .option(
      '-o, --output <file>',
      'write a file instead of standard output; of remedies, the part of it that was made so',
    )
    .option('--check', 'only compare with --output; exits with 1 where that is stale')
    .addHelpText(
      'after',
      '\nExamples:\n  reelstate diagram\n  reelstate diagram --format svg -o lifecycle.svg\n  reelstate diagram --of location',
    )
    .action(async (_, command: Command) => {
      const options = command.optsWithGlobals<
        GlobalOptions & { format: Format; of: ChartName; output?: string; check?: true }
      >()
      const { output, check, of } = options
      const json = options.json === true
      const onlyJson = json && command.getOptionValueSource('format') === 'default'
      const format = onlyJson ? 'json' : options.format
      if (check && output === undefined)
        throw new Failure('--check compares a file: name it with --output', exitCodes.invalid)
      // the one is laid out along the way of a video, the other has commands for what befalls one
      if ((format === 'svg' || format === 'remedies') && of !== 'video')
        throw new Failure(
          `--format: found ${format}; of a ${of} allowed are mermaid, json and markdown`,
          exitCodes.invalid,
        )
      const made = await formats[format](charts[of]())
      const text = format === 'remedies' && output !== undefined ? inPlace(output, made) : made
      if (output === undefined) {
        process.stdout.write(json && format !== 'json' ? `${JSON.stringify({ format, text })}\n` : text)
        return
      }
      if (!check) writeFileSync(output, text)
      else if (read(output) !== text)
        throw new Failure(
          `${output} is stale: reelstate diagram${of === 'video' ? '' : ` --of ${of}`} --format ${format} -o ${output} makes it anew`,
        )
      openConsole(json).result({ file: output, format }, () => `${output}: ${check ? 'as it should be' : 'written'}`)
    })

function inPlace(file: string, part: string): string {
  const document = withRemedies(read(file) ?? '', part)
  if (document === null)
    throw new Failure(`${file} has no part that was made so: its first and last line say which it is`)
  return document
}

function read(file: string): string | null {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return null
  }
}
