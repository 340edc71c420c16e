/** `reelstate diagram`: the chart of a video's life, drawn from the machine itself. */
import { readFileSync, writeFileSync } from 'node:fs'
import { Command, Option } from 'commander'
import { readChart } from '../diagram/graph.js'
import { machineOf } from '../diagram/json.js'
import { lifecycleOf } from '../diagram/lifecycle.js'
import { mermaidOf } from '../diagram/mermaid.js'
import { svgOf } from '../diagram/svg.js'
import { Failure } from './failure.js'
import type { GlobalOptions } from './opened.js'

const formats = {
  mermaid: () => Promise.resolve(mermaidOf(readChart())),
  json: () => Promise.resolve(`${JSON.stringify(machineOf(readChart()), null, 2)}\n`),
  svg: () => svgOf(readChart()),
  markdown: () => Promise.resolve(lifecycleOf(readChart())),
} as const
type Format = keyof typeof formats

export const diagramCommand = (): Command =>
  new Command('diagram')
    .description("Draw the chart of a video's life, from the machine that the service runs.")
    .addOption(new Option('--format <format>', 'how').choices(Object.keys(formats)).default('mermaid'))
    .option('-o, --output <file>', 'write a file instead of standard output')
    .option('--check', 'only compare with --output; exits with 1 where that is stale')
    .addHelpText('after', '\nExamples:\n  reelstate diagram\n  reelstate diagram --format svg -o lifecycle.svg')
    .action(async (_, command: Command) => {
      const options = command.optsWithGlobals<GlobalOptions & { format: Format; output?: string; check?: true }>()
      const text =
        await formats[options.json && command.getOptionValueSource('format') === 'default' ? 'json' : options.format]()
      const { output } = options
      if (output === undefined) process.stdout.write(text)
      else if (!options.check) writeFileSync(output, text)
      else if (read(output) !== text)
        throw new Failure(`${output} is stale: reelstate diagram --format ${options.format} -o ${output} makes it anew`)
    })

function read(file: string): string | null {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return null
  }
}
