/** `npm run simulator`: the YouTube simulator, for trying things by hand. */
import { mkdir, writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { CREDENTIALS, YoutubeSimulator } from './simulator.js'

const help = `Usage: npm run simulator -- [--port 8090] [--processing 5] [--data data]

  --port N         where it listens (default 8090)
  --processing S   seconds until a video is playable (default 5)
  --data DIR       where it writes a configuration that publishes to it, simulator.json (default data)

Then, in another terminal:
  npx reelstate serve --config data/simulator.json`

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '8090' },
    processing: { type: 'string', default: '5' },
    data: { type: 'string', default: 'data' },
    help: { type: 'boolean', default: false },
  },
})

if (values.help) {
  process.stdout.write(`${help}\n`)
} else {
  const simulator = await YoutubeSimulator.start({ port: Number(values.port) })
  simulator.videos.processingMs = Number(values.processing) * 1000
  const data = resolve(values.data)
  await mkdir(data, { recursive: true })
  await writeFile(resolve(data, 'simulator-credentials.json'), JSON.stringify(CREDENTIALS), { mode: 0o600 })
  const account = {
    type: 'youtube',
    credentials: 'simulator-credentials.json',
    api_root: simulator.url,
    token_url: `${simulator.url}/token`,
  }
  const configuration = {
    accounts: { simulator: account },
    locations: { youtube: { type: 'youtube', account: 'simulator' } },
  }
  await writeFile(resolve(data, 'simulator.json'), JSON.stringify(configuration, null, 2))
  process.stdout.write(`${simulator.url}; configuration: ${resolve(data, 'simulator.json')}\n`)
  let shown = 0
  setInterval(() => {
    for (const { method, path, contentRange, status } of simulator.seen.slice(shown))
      process.stdout.write(`${method} ${path} ${contentRange ?? ''} ${status ?? 'broken off'}\n`)
    shown = simulator.seen.length
  }, 500)
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => void simulator.stop().then(() => process.exit(0)))
}
