/** Options that say which footage: the channel, its quality and a range. */
import type { Command } from 'commander'
import { isSafeName } from '../segments/path.js'
import type { Range } from '../segments/segment.js'
import { exitCodes, Failure } from './failure.js'
import { timeOption } from './ingest.js'

/** The options that say where footage is. */
export const withFootage = (command: Command): Command =>
  command
    .requiredOption('--segments <dir>', 'the folder of channels')
    .requiredOption('--channel <name>', 'the channel')
    .option('--quality <name>', 'its quality', 'source')

/** @throws Failure for what can't be the name of a folder in the folder of channels. */
export function requireName(option: string, name: string): void {
  if (!isSafeName(name))
    throw new Failure(
      `${option}: found ${JSON.stringify(name)}; allowed is the name of a folder, without / and not beginning with '.'`,
      exitCodes.invalid,
    )
}

/** @throws Failure for what is no range of time. */
export function rangeOption(text: string): Range {
  const [start, end, ...more] = text.split('/')
  if (start === undefined || end === undefined || more.length > 0)
    throw new Failure(`--range: found ${JSON.stringify(text)}; allowed is START/END, two UTC times`, exitCodes.invalid)
  const range = { startMs: timeOption('--range', start), endMs: timeOption('--range', end) }
  if (range.endMs <= range.startMs)
    throw new Failure(`--range: found ${text}, which does not end after its start`, exitCodes.invalid)
  return range
}
