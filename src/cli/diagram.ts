/** `reelstate diagram`: the chart of a video's life, drawn from the machine itself. */
import { readFileSync, writeFileSync } from 'node:fs'
import { Command, Option } from 'commander'
import { readChart } from '../diagram/graph.js'
import { machineOf } from '../diagram/json.js'
import { lifecycleOf } from '../diagram/lifecycle.js'
import { mermaidOf } from '../diagram/mermaid.js'
import { openConsole } from './console.js'
import { exitCodes, Failure } from './failure.js'
import type { GlobalOptions } from './opened.js'

const formats = {
  mermaid: () => Promise.resolve(mermaidOf(readChart())),
  json: () => Promise.resolve(`${JSON.stringify(machineOf(readChart()), null, 2)}\n`),
  // the layout's library takes as long to load as everything else together
  svg: async () => (await import('../diagram/svg.js')).svgOf(readChart()),
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
      const { output, check } = options
      const json = options.json === true
      const onlyJson = json && command.getOptionValueSource('format') === 'default'
      const format = onlyJson ? 'json' : options.format
      if (check && output === undefined)
        throw new Failure('--check compares a file: name it with --output', exitCodes.invalid)
      const text = await formats[format]()
      if (output === undefined) {
        process.stdout.write(json && format !== 'json' ? `${JSON.stringify({ format, text })}\n` : text)
        return
      }
      if (!check) writeFileSync(output, text)
      else if (read(output) !== text)
        throw new Failure(`${output} is stale: reelstate diagram --format ${format} -o ${output} makes it anew`)
      openConsole(json).result({ file: output, format }, () => `${output}: ${check ? 'as it should be' : 'written'}`)
    })

function read(file: string): string | null {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return null
  }
}
