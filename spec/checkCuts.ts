/**
 * `npm run check:cuts`: fast cuts at random places, each judged picture by picture; a table of what came of it.
 * Streams of every kind are made for it, and judged by support/cutJudge.ts. Where ../shared has recorded streams and a judge
 * of its own, these are cut, too.
 */
import { execFile } from 'node:child_process'
import { createWriteStream, existsSync } from 'node:fs'
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { parseArgs, promisify } from 'node:util'
import Table from 'cli-table3'
import { isLeft } from 'fp-ts/lib/Either.js'
import type { CutPlan } from '../src/cut/cut.js'
import { cut } from '../src/cut/cutting.js'
import { planCut } from '../src/cut/plan.js'
import type { CutReceipt } from '../src/cut/receipt.js'
import { survey } from '../src/cut/survey.js'
import { endMs } from '../src/segments/bestSequence.js'
import { ingest } from '../src/segments/ingest/ingest.js'
import { unwrapNear } from '../src/segments/pesHeader.js'
import type { Segment } from '../src/segments/segment.js'
import { segmentsFor } from '../src/segments/store.js'
import { shortcomingsOf } from './support/cutJudge.js'
import { cutKinds } from './support/cutKinds.js'
import { NumberedRecording, type Seconds } from './support/numberedCut.js'
import { randomFrom } from './support/random.js'

const help = `Usage: npm run check:cuts -- [--cuts 40] [--seed 1] [--only TEXT]

  --cuts N     random cuts of each stream, of one range or two (default 40)
  --seed N     the same seed makes the same cuts (default 1)
  --only TEXT  only streams whose name has this in it

Exits with 1 where a cut falls short.`

const { values: options } = parseArgs({
  options: {
    cuts: { type: 'string', default: '40' },
    seed: { type: 'string', default: '1' },
    only: { type: 'string', default: '' },
    help: { type: 'boolean', default: false },
  },
})

interface Row {
  readonly name: string
  cuts: number
  exact: number
  pictures: number
  copied: number
  asFull: number
  readonly shortcomings: string[]
}

/** One range or two, ends at any millisecond. Two of a recorded stream don't overlap: their judge looks for each picture once. */
function randomRanges(random: () => number, length: number, apart: boolean): Seconds[] {
  const range = (from: number, to: number): Seconds => {
    const start = from + random() * (to - from) * 0.9
    const end = start + 0.05 + random() * Math.min(15, to - start - 0.05)
    return [Math.floor(start * 1000) / 1000, Math.floor(end * 1000) / 1000]
  }
  if (random() < 0.5) return [range(0, length)]
  if (!apart) return [range(0, length), range(0, length)]
  const middle = length * (0.3 + 0.4 * random())
  const both = [range(0, middle), range(middle, length)]
  return random() < 0.5 ? both : both.reverse()
}

async function madeCut(plan: CutPlan, file: string): Promise<CutReceipt> {
  let receipt: CutReceipt | undefined
  const chunks = async function* () {
    receipt = yield* cut('fast', plan, {}, { signal: new AbortController().signal })
  }
  await pipeline(chunks, createWriteStream(file))
  if (receipt === undefined) throw new Error('a cut without a receipt')
  return receipt
}

/** Cuts a stream again and again, and judges each cut. */
async function check(
  row: Row,
  folder: string,
  draw: () => Seconds[],
  planOf: (ranges: readonly Seconds[]) => Promise<CutPlan>,
  judge: (file: string, ranges: readonly Seconds[]) => Promise<string[]>,
): Promise<void> {
  const file = join(folder, 'cut.ts')
  for (let n = 0; n < Number(options.cuts); n++) {
    const ranges = draw()
    const found: string[] = []
    try {
      const receipt = await madeCut(await planOf(ranges), file)
      row.pictures += receipt.pictures ?? 0
      row.copied += receipt.copiedPictures ?? 0
      if (receipt.instead !== undefined) row.asFull++
      found.push(...(await judge(file, ranges)))
    } catch (error) {
      found.push(error instanceof Error ? error.message : String(error))
    }
    row.cuts++
    if (found.length === 0) row.exact++
    else row.shortcomings.push(`${ranges.map((range) => range.join('-')).join(' ')}: ${found.join('; ')}`)
    process.stderr.write(`\r${row.name}: ${row.exact} of ${row.cuts} exact   `)
  }
  process.stderr.write('\n')
}

const newRow = (name: string): Row => ({ name, cuts: 0, exact: 0, pictures: 0, copied: 0, asFull: 0, shortcomings: [] })

async function checkMade(folder: string, rows: Row[]): Promise<void> {
  for (const kind of cutKinds.filter(({ name }) => name.includes(options.only))) {
    const random = randomFrom(Number(options.seed))
    const recording = await NumberedRecording.make(join(folder, `made${rows.length}`), kind)
    const draw = () => {
      for (;;) {
        const ranges = randomRanges(random, kind.stream.seconds - 0.3, false)
        const edges = ranges.flat().some((seconds) => recording.isOnEdge(seconds))
        if (!edges && recording.wanted(ranges).ranges.every(({ length }) => length > 0)) return ranges
      }
    }
    const row = newRow(kind.name)
    rows.push(row)
    await check(
      row,
      folder,
      draw,
      (ranges) => recording.plan(ranges),
      (file, ranges) => shortcomingsOf(file, recording.wanted(ranges)),
    )
  }
}

const shared = resolve(import.meta.dirname, '../../shared')

async function checkRecorded(folder: string, rows: Row[]): Promise<void> {
  const data = join(shared, 'data')
  const judge = join(shared, 'tools/check-cut.mjs')
  if (!existsSync(data) || !existsSync(judge)) return
  const root = join(folder, 'recorded')
  for (const name of (await readdir(data)).filter((one) => !one.includes('.') && one.includes(options.only)).sort()) {
    const signal = new AbortController().signal
    const source = join(data, name, 'playlist.m3u8')
    const ingested = await ingest({
      source,
      root,
      channel: name,
      quality: 'source',
      startMs: Date.UTC(2026, 0, 1),
      signal,
    })
    if (isLeft(ingested)) throw new Error(ingested.left.message)
    const { segments } = await segmentsFor(root, name, 'source', { startMs: 0, endMs: Date.UTC(2100, 0, 1) })
    // the judge knows one clock only
    for (const [part, of] of partedAtHoles(segments).entries()) {
      const [first] = of
      const last = of.at(-1)
      if (first === undefined || last === undefined) continue
      const list = join(folder, `${name}-${part}.txt`)
      await writeFile(list, of.map(({ path }) => path).join('\n'))
      const random = randomFrom(Number(options.seed))
      const times = await pictureTimes(of)
      // where rounding to milliseconds, as in the names of segments, decides to which side a picture belongs, nobody can say
      const isOnEdge = (seconds: number) => times.some((time) => Math.abs(time - (seconds - 0.001)) < 0.0007)
      const draw = () => {
        for (;;) {
          const ranges = randomRanges(random, (endMs(last) - first.startMs) / 1000 - 0.3, true)
          const all = ranges.every(([start, end]) => times.some((time) => time >= start && time < end - 0.001))
          if (all && !ranges.flat().some(isOnEdge)) return ranges
        }
      }
      const row = newRow(part === 0 ? name : `${name}, after its restart`)
      rows.push(row)
      await check(
        row,
        folder,
        draw,
        (ranges) =>
          planCut(
            root,
            name,
            'source',
            ranges.map(([start, end]) => ({
              startMs: first.startMs + Math.round(start * 1000),
              endMs: first.startMs + Math.round(end * 1000),
            })),
          ),
        (file, ranges) => judged(judge, list, file, ranges),
      )
    }
  }
}

/** When each picture of segments on one clock is shown, in seconds from the beginning of the first. */
async function pictureTimes(segments: readonly Segment[]): Promise<number[]> {
  const times: number[] = []
  let zero: number | undefined
  let near = 0
  for (const segment of segments) {
    const { startTicks, pictureTicks } = await survey(segment, new AbortController().signal)
    zero ??= startTicks
    const lift = unwrapNear(startTicks, near === 0 ? startTicks : near) - startTicks
    for (const ticks of pictureTicks) times.push((ticks + lift - zero) / 90_000)
    near = startTicks + lift
  }
  return times
}

function partedAtHoles(segments: readonly Segment[]): Segment[][] {
  const parts: Segment[][] = []
  for (const segment of segments) {
    const before = parts.at(-1)?.at(-1)
    if (before === undefined || segment.startMs - endMs(before) > 1000) parts.push([segment])
    else parts.at(-1)?.push(segment)
  }
  return parts
}

async function judged(judge: string, source: string, file: string, ranges: readonly Seconds[]): Promise<string[]> {
  const asked = ranges.flatMap(([start, end]) => ['--start', String(start), '--end', String(end)])
  try {
    await promisify(execFile)(process.execPath, [judge, '--source', source, ...asked, file, '--json'], {
      maxBuffer: 1 << 26,
    })
    return []
  } catch (error) {
    const said = error instanceof Error && 'stdout' in error ? String(error.stdout) : ''
    const found = said.startsWith('{') ? (JSON.parse(said) as { falls_short: string[] }).falls_short : []
    // where the range has no picture, there is nothing to judge
    const nothing =
      error instanceof Error && 'stderr' in error && String(error.stderr).includes('no frame in the range')
    return nothing ? [] : found.length > 0 ? found : [error instanceof Error ? error.message : String(error)]
  }
}

if (options.help) {
  process.stdout.write(`${help}\n`)
} else {
  const folder = await mkdtemp(join(tmpdir(), 'reelstate-cuts-'))
  const rows: Row[] = []
  try {
    await checkMade(folder, rows)
    await checkRecorded(folder, rows)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
  const table = new Table({
    head: ['stream', 'cuts', 'exact', 'copied', 'made as full'],
    style: { head: [], border: [] },
  })
  for (const { name, cuts, exact, pictures, copied, asFull } of rows)
    table.push([name, cuts, exact, pictures === 0 ? '-' : `${Math.round((1000 * copied) / pictures) / 10} %`, asFull])
  process.stdout.write(`${table.toString()}\n`)
  for (const { name, shortcomings } of rows)
    for (const shortcoming of shortcomings) process.stdout.write(`${name}: ${shortcoming}\n`)
  const failed = rows.some(({ cuts, exact }) => exact < cuts)
  process.stdout.write(failed ? 'some cuts fall short\n' : 'every cut is exact\n')
  process.exitCode = failed ? 1 : 0
}
