/** A week of footage: how long it takes to see what there is of it, beside reading its folders bare. Its files are empty: none is opened. */
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { listRecorded } from '../src/segments/coverage/recorded.js'
import { type KnownHour, survey } from '../src/segments/coverage/survey.js'
import { type Figure, figure, ratios } from './figure.js'
import { HOURS, makeWeek, SEGMENTS_AN_HOUR } from './week.js'

export interface CoverageBench {
  readonly repeats: number
  readonly signal: AbortSignal
}

export async function benchCoverage({ repeats, signal }: CoverageBench): Promise<Figure[]> {
  const root = await mkdtemp(join(tmpdir(), 'reelstate-bench-coverage-'))
  try {
    process.stderr.write(`${HOURS} hours of ${SEGMENTS_AN_HOUR} segments, by name\n`)
    await makeWeek(root, 'bench', signal)
    const bare: number[] = []
    const cold: number[] = []
    const same: number[] = []
    const stats: number[] = []
    const grown: number[] = []
    for (let n = 0; n < repeats; n++) {
      signal.throwIfAborted()
      bare.push(await timed(() => eachHour(root, (folder) => readdir(folder))))
      const known = new Map<string, KnownHour>()
      const before = process.memoryUsage.rss()
      let most = before
      cold.push(
        await timed(async () => {
          await look(root, known, () => (most = Math.max(most, process.memoryUsage.rss())))
        }),
      )
      grown.push((most - before) / 2 ** 20)
      stats.push(await timed(() => eachHour(root, (folder) => stat(folder))))
      same.push(await timed(() => look(root, known)))
    }
    return [
      figure('coverage of a week, cold', 's', cold),
      figure('its folders read bare', 's', bare),
      figure('cold ÷ bare', '', ratios(cold, bare)),
      figure('most memory that it took more', 'MiB', grown),
      figure('coverage of a week, nothing changed', 's', same),
      figure('a stat of each of its folders', 's', stats),
    ]
  } finally {
    await rm(root, { recursive: true, force: true })
  }
}

/** As the node's loop does, which rests between. Fills `known` with what it has seen. */
async function look(root: string, known: Map<string, KnownHour>, onHour: () => void = () => undefined): Promise<void> {
  const { recorded } = await listRecorded(root)
  // what was made a moment ago has settled
  const now = () => Date.now() + 3_600_000
  for (const one of recorded)
    for await (const seen of survey(one, { root, now, known: new Map(known) })) {
      if (seen.found === 'measured') known.set(seen.hour, { stamp: seen.stamp, spill: seen.measured.spill })
      onHour()
    }
}

async function eachHour(root: string, visit: (folder: string) => Promise<unknown>): Promise<void> {
  const quality = join(root, 'bench', 'source')
  for (const hour of await readdir(quality)) await visit(join(quality, hour))
}

async function timed(work: () => Promise<void>): Promise<number> {
  const begunMs = performance.now()
  await work()
  return (performance.now() - begunMs) / 1000
}
