/** `npm run bench -- NAME [--json]`: how fast it is, beside what it is measured against, in one run. */
import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'
import Table from 'cli-table3'
import { inspectFfmpeg } from '../src/cut/inspectFfmpeg.js'
import { benchConsole } from './console.js'
import { benchCoverage } from './coverage.js'
import { benchCut } from './cut.js'
import { benchEvents } from './events.js'
import { benchHttp } from './http.js'
import { benchList } from './list.js'
import { benchSlow } from './slow.js'
import { benchUpload } from './upload.js'
import type { Figure } from './figure.js'

const help = `Usage: npm run bench -- console|coverage|cut|events|http|list|slow|upload [--json] [--minutes 10,60] [--mebibytes 2048] [--videos 100000] [--events 2000000] [--seconds 300] [--readers 1000] [--repeats 3]

  console         what people wait for in the console over very many videos, in a browser, on a node and a PostgreSQL of their own
  coverage        what there is of a week of footage, beside reading its folders bare
  cut             the fast cut beside ffmpeg -c copy and cp, the full cut beside the bare ffmpeg
  upload          an upload to YouTube's simulator beside curl
  events          the event stream with many readers
  http            requests of all kinds beside the same work bare
  list            lists and boards over very many videos with 20 events each, on a PostgreSQL of their own
  slow            claims and edits while fifty clients take cuts slowly, and all rows as wubloader’s pages ask for them
  --minutes LIST  lengths of the fast cuts (default 10,60; an hour takes 6 GB of the disk for temporary files)
  --mebibytes N   size of an upload (default 2048)
  --videos N      how many videos are listed (default 100000)
  --events N      how many events the console's log has (default 2000000)
  --seconds N     for how long the console's memory is watched (default 300)
  --readers N     who listen to the events (default 1000)
  --repeats N     runs of each, interleaved (default 3)
  --json          the figures as JSON

Nothing is judged: goals are printed beside the figures.`

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: 'boolean', default: false },
    minutes: { type: 'string', default: '10,60' },
    mebibytes: { type: 'string', default: '2048' },
    videos: { type: 'string', default: '100000' },
    events: { type: 'string', default: '2000000' },
    seconds: { type: 'string', default: '300' },
    readers: { type: 'string', default: '1000' },
    repeats: { type: 'string', default: '3' },
    help: { type: 'boolean', default: false },
  },
})

if (
  values.help ||
  !['console', 'coverage', 'cut', 'events', 'http', 'list', 'slow', 'upload'].includes(positionals.join())
) {
  process.stdout.write(`${help}\n`)
  process.exitCode = values.help ? 0 : 2
} else {
  const stop = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort(new Error('interrupted')))
  const minutes = values.minutes.split(',').map(Number)
  const asked = { repeats: Number(values.repeats), signal: stop.signal }
  const benches: Readonly<Record<string, () => Promise<Figure[]>>> = {
    console: () =>
      benchConsole({
        ...{ videos: Number(values.videos), events: Number(values.events), seconds: Number(values.seconds) },
        ...asked,
      }),
    coverage: () => benchCoverage(asked),
    cut: () => benchCut({ minutes, ...asked }),
    upload: () => benchUpload({ mebibytes: Number(values.mebibytes), ...asked }),
    events: () => benchEvents({ readers: Number(values.readers), events: 100, signal: stop.signal }),
    http: () => benchHttp({ videos: Number(values.videos), ...asked }),
    list: () => benchList({ videos: Number(values.videos), eventsEach: 20, ...asked }),
    slow: () => benchSlow(asked),
  }
  const figures = (await benches[positionals.join()]?.()) ?? []
  const machine = {
    processors: availableParallelism(),
    node: process.version,
    ffmpeg: (await inspectFfmpeg()).version,
  }
  const text = values.json ? `${JSON.stringify({ machine, figures }, null, 2)}\n` : told(machine, figures)
  // a database that specs would share goes with this process
  process.stdout.write(text, () => process.exit())
}

function told(machine: Readonly<Record<string, unknown>>, figures: readonly Figure[]): string {
  const table = new Table({ head: ['', 'median', 'least', 'most', 'goal'], style: { head: [], border: [] } })
  for (const { name, unit, median, least, most, goal } of figures)
    table.push([name, `${median} ${unit}`.trim(), least, most, goal ?? ''])
  const on = Object.entries(machine).map(([name, value]) => `${name} ${String(value)}`)
  return `${table.toString()}\n${on.join(', ')}; files in the page cache\n`
}
