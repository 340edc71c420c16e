/** `reelstate cut`: ranges of segments on the disk become one file, without any database. */
import { rename } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, extname, join, parse } from 'node:path'
import { Command, Option } from 'commander'
import { formatInstant } from '../../machines/codecs.js'
import { checkTransitions } from '../../machines/edit.js'
import { isTransitionKind, transitionKinds } from '../../machines/transitionKinds.js'
import type { CutPlan, CutProgress, CutType, Transition } from '../cut/cut.js'
import { type ArchiveFile, archiveCut } from '../cut/archive.js'
import { cut } from '../cut/cutting.js'
import { type ContainerName, containers } from '../cut/encoding.js'
import { planCut } from '../cut/plan.js'
import type { Cut, CutReceipt } from '../cut/receipt.js'
import { describeHoles } from '../segments/holes.js'
import type { Range } from '../segments/segment.js'
import { openConsole } from './console.js'
import { exitCodes, Failure } from './failure.js'
import { rangeOption, requireName, withFootage } from './footageOptions.js'
import { interruption } from './interruption.js'
import type { GlobalOptions } from './opened.js'
import { writeOutput } from './outputFile.js'
import { progressBar } from './progressBar.js'

interface CutOptions extends GlobalOptions {
  readonly segments: string
  readonly channel: string
  readonly quality: string
  readonly range: string[]
  readonly transition?: string[]
  readonly type: CutType | 'archive' | 'smart'
  readonly container?: ContainerName
  readonly output: string
  readonly allowHoles?: true
}

export const cutCommand = (): Command =>
  withFootage(new Command('cut').description('Cut ranges out of segments into a file. Needs no database.'))
    .requiredOption('--range <start/end...>', 'UTC times; several ranges follow one another')
    .option(
      '--transition <kind:seconds...>',
      'what is between each range and the next, in their order, such as fade:1; none is a hard cut. Kinds: ' +
        Object.keys(transitionKinds).join(', '),
    )
    .addOption(
      new Option(
        '--type <type>',
        'fast (or smart): exact to the frame, all but the ends copied; full: exact, encoded anew; rough: whole segments; archive: whole segments in Matroska, a file for each contiguous run',
      )
        .choices(['fast', 'full', 'rough', 'archive', 'smart'])
        .default('fast'),
    )
    .addOption(
      new Option('--container <name>', 'of a full cut (default: as FILE ends, else mpegts)').choices(
        Object.keys(containers),
      ),
    )
    .requiredOption(
      '-o, --output <file>',
      'where to; - is standard output. Of an archive of several files: FILE-1, FILE-2…',
    )
    .option('--allow-holes', 'cut although footage is missing')
    .addHelpText(
      'after',
      '\nExamples:\n  reelstate cut --segments data/segments --channel main --range 2026-01-31T18:00:00Z/2026-01-31T18:04:30.250Z -o raffle.ts\n  reelstate cut --segments data/segments --channel main --range 2026-01-31T18:00:00Z/2026-01-31T18:30:00Z --type full -o - | mpv -\n  reelstate cut --segments data/segments --channel main --range 2026-01-31T18:00:00Z/2026-01-31T18:01:00Z 2026-01-31T19:00:00Z/2026-01-31T19:02:00Z --transition fade:1 -o best-of.ts',
    )
    .action(async (_, command: Command) => {
      const options = command.optsWithGlobals<CutOptions>()
      const container = containerOf(options)
      const plan = await planFor(options)
      const console = openConsole(options.json === true)
      if (options.output === '-' && options.json)
        throw new Failure('--json and -o - both want standard output', exitCodes.invalid)
      const bar = progressBar(console, 'cutting', 'seconds')
      const interrupted = interruption()
      const cutting = {
        signal: interrupted.signal,
        onProgress: (progress: CutProgress) => bar.update(progress.doneSeconds, progress.totalSeconds),
        temporaryFolder: options.output === '-' ? tmpdir() : dirname(options.output),
      }
      const made: Made[] = []
      try {
        if (options.type === 'archive') made.push(...(await archive(options.output, archiveCut(plan, cutting))))
        else {
          const type = options.type === 'smart' ? 'fast' : options.type
          made.push(await written(options.output, cut(type, plan, { full: { container } }, cutting)))
        }
      } catch (error) {
        if (interrupted.signal.aborted) throw new Failure('interrupted; nothing was written')
        throw error
      } finally {
        bar.stop()
        interrupted.close()
      }
      if (options.output !== '-')
        console.result(options.type === 'archive' ? { files: made } : made[0], () =>
          made.map((one) => summary(one)).join('\n'),
        )
    })

type Made = CutReceipt & { readonly file: string }

async function written(file: string, chunks: Cut): Promise<Made> {
  let receipt: CutReceipt | undefined
  const noting = async function* () {
    receipt = yield* chunks
  }
  await writeOutput(file, noting())
  if (receipt === undefined) throw new Error('a cut without a receipt')
  return { file, ...receipt }
}

/** One file has the name that was asked for; of several, each has a number before its ending. */
async function archive(output: string, files: AsyncIterable<ArchiveFile>): Promise<Made[]> {
  const made: Made[] = []
  const { dir, name, ext } = parse(output)
  const numbered = (n: number) => join(dir, `${name}-${n}${ext}`)
  for await (const { chunks } of files) {
    const [only] = made
    if (only !== undefined && output === '-') throw new Failure('an archive of several files: -o has to name a file')
    if (only !== undefined && made.length === 1) {
      await rename(output, numbered(1))
      made[0] = { ...only, file: numbered(1) }
    }
    made.push(await written(made.length === 0 ? output : numbered(made.length + 1), chunks))
  }
  return made
}

function containerOf({ type, container, output }: CutOptions): ContainerName {
  if (container !== undefined && container !== 'mpegts' && type !== 'full')
    throw new Failure(
      `--container ${container}: allowed with --type full; what is copied stays MPEG-TS`,
      exitCodes.invalid,
    )
  if (container !== undefined || type !== 'full') return container ?? 'mpegts'
  const names = Object.keys(containers) as ContainerName[]
  return names.find((name) => extname(output) === `.${containers[name].extension}`) ?? 'mpegts'
}

/** What people want to know of a cut. */
function summary({ file, bytes, pictures, copiedPictures, instead, silence = [] }: Made): string {
  const lines = [`${file}: ${bytes} bytes`]
  if (pictures !== undefined && copiedPictures !== undefined)
    lines.push(`pictures  ${pictures}, of which ${pictures - copiedPictures} were encoded anew`)
  for (const { atSeconds, seconds, track } of silence)
    lines.push(
      `silence   ${seconds} s at ${atSeconds} s${track === 0 ? '' : ` in track ${track + 1}`}: the source has no sound there`,
    )
  if (instead !== undefined) lines.push(`made as   ${instead.type}: ${instead.why}`)
  return lines.join('\n')
}

async function planFor(options: CutOptions): Promise<CutPlan> {
  const { segments, channel, quality, range: texts, allowHoles } = options
  requireName('--channel', channel)
  requireName('--quality', quality)
  const ranges = texts.map(rangeOption)
  const transitions = transitionOptions(options, ranges)
  const plan = { ...(await planCut(segments, channel, quality, ranges)), transitions }
  for (const [i, found] of plan.ranges.entries()) {
    if (found.segments.length === 0)
      throw new Failure(`--range ${texts[i]}: ${segments} has nothing of channel ${channel}, quality ${quality} there`)
    if (found.holes.length > 0 && !allowHoles)
      throw new Failure(`--range ${texts[i]}: ${describeHoles(segments, found.holes)}; --allow-holes leaves them out`)
  }
  return plan
}

function transitionOptions(
  { transition: texts = [], type }: CutOptions,
  ranges: readonly Range[],
): (Transition | null)[] {
  const transitions = texts.map(transitionOption)
  if ((type === 'rough' || type === 'archive') && transitions.some((one) => one !== null))
    throw new Failure(`--transition: --type ${type} has none; allowed with fast or full`, exitCodes.invalid)
  if (transitions.length >= ranges.length)
    throw new Failure(
      `--transition: found ${transitions.length}; allowed is one for each join of two ranges, here ${ranges.length - 1}`,
      exitCodes.invalid,
    )
  const video_transitions = ranges.slice(1).map((_, join): [string, number] | null => {
    const one = transitions[join] ?? null
    return one === null ? null : [one.kind, one.seconds]
  })
  const video_ranges = ranges.map(({ startMs, endMs }): [string, string] => [
    formatInstant(startMs),
    formatInstant(endMs),
  ])
  const [problem] = checkTransitions({ video_ranges, video_transitions })
  if (problem !== undefined)
    throw new Failure(
      `${problem.field.startsWith('video_ranges') ? '--range' : '--transition'}: found ${problem.found}; allowed: ${problem.allowed}`,
      exitCodes.invalid,
    )
  return transitions
}

function transitionOption(text: string): Transition | null {
  if (text === 'none') return null
  const [, kind = '', seconds = ''] = /^([a-z]+):(\d+(?:\.\d+)?)$/.exec(text) ?? []
  if (!isTransitionKind(kind) || !(Number(seconds) > 0))
    throw new Failure(
      `--transition: found ${JSON.stringify(text)}; allowed is none or KIND:SECONDS, the kind one of ${Object.keys(transitionKinds).join(', ')}`,
      exitCodes.invalid,
    )
  return { kind, seconds: Number(seconds) }
}
