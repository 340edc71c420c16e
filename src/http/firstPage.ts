/** The first page: the chart with what is in each state now, and the events as they happen. Its script and style are files. */
import { readFileSync } from 'node:fs'
import type { FastifyInstance } from 'fastify'
import { readChart } from '../diagram/graph.js'
import { chartStyle } from '../diagram/style.js'
import { svgOf } from '../diagram/svg.js'
import { escaped } from '../diagram/text.js'

const files = {
  'page.js': 'text/javascript; charset=utf-8',
  'events.js': 'text/javascript; charset=utf-8',
  'chart.js': 'text/javascript; charset=utf-8',
  'page.css': 'text/css; charset=utf-8',
  'coverage.css': 'text/css; charset=utf-8',
  'docs.css': 'text/css; charset=utf-8',
} as const

const read = (name: string): string => readFileSync(new URL(`./public/${name}`, import.meta.url), 'utf8')

export function firstPage(server: FastifyInstance, version: string): void {
  const chart = readChart()
  // a second's work, so it is done once and not before somebody asks
  let drawn: Promise<string> | undefined
  const drawing = (): Promise<string> => (drawn ??= svgOf(chart, { style: false }))

  server.get('/', async (_, reply) => {
    const page = pageOf(version, await drawing())
    return reply.type('text/html; charset=utf-8').header('cache-control', 'no-cache').send(page)
  })
  server.get('/api/diagram.svg', async (_, reply) =>
    reply.type('image/svg+xml; charset=utf-8').send(await svgOf(chart)),
  )
  server.get('/public/chart.css', (_, reply) => reply.type('text/css; charset=utf-8').send(chartStyle))
  for (const [name, type] of Object.entries(files)) {
    const content = read(name)
    server.get(`/public/${name}`, (_, reply) => reply.type(type).header('cache-control', 'no-cache').send(content))
  }
}

const pageOf = (version: string, svg: string): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Reelstate</title>
<link rel="stylesheet" href="/public/chart.css">
<link rel="stylesheet" href="/public/page.css">
<link rel="icon" href="data:,">
<script type="module" src="/public/page.js"></script>
</head>
<body>
<header>
  <h1>Reelstate <small>${escaped(version)}</small></h1>
  <p id="standing" class="standing waiting" role="status"><span class="dot" aria-hidden="true"></span><span id="standing-text">connecting…</span></p>
</header>
<main>
  <noscript><p class="notice">This page shows what happens as it happens, for which it needs JavaScript. The same is at <a href="/api/counts">/api/counts</a> and <a href="/api/videos">/api/videos</a>.</p></noscript>
  <section aria-labelledby="states-heading">
    <h2 id="states-heading">Where the videos are</h2>
    <div class="chart-frame" tabindex="0" role="region" aria-label="The chart, which may be wider than the screen">${svg}</div>
  </section>
  <section id="cuts" aria-labelledby="cuts-heading" hidden>
    <h2 id="cuts-heading">Being cut</h2>
    <ul id="cut-list"></ul>
  </section>
  <section aria-labelledby="events-heading">
    <h2 id="events-heading">Latest events</h2>
    <div class="table-frame">
      <table>
        <thead><tr><th scope="col">Time</th><th scope="col">Video</th><th scope="col">Event</th><th scope="col">State</th><th scope="col">By</th></tr></thead>
        <tbody id="events"></tbody>
      </table>
    </div>
    <p id="nothing" class="nothing">Nothing has happened yet.</p>
  </section>
</main>
<p id="announcement" class="unseen" aria-live="polite"></p>
</body>
</html>
`
