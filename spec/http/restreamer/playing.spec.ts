import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { readFile, rename, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { isLeft } from 'fp-ts/lib/Either.js'
import { endMs } from '../../../src/segments/bestSequence.js'
import { ingest } from '../../../src/segments/ingest/ingest.js'
import type { Segment } from '../../../src/segments/segment.js'
import { listHour, listHours } from '../../../src/segments/store.js'
import { openPage } from '../../support/browser.js'
import { type FootageServer, serveFootage } from '../../support/footageServer.js'
import { makeNumbered, record } from '../../support/numberedStream.js'
import { recordedStream } from '../../support/recordedStreams.js'
import { temporaryFolder } from '../../segments/temporaryFolder.js'

const run = promisify(execFile)
const AT = Date.UTC(2026, 0, 1, 12)
const HOUR = '2026-01-01T12'
const instant = (ms: number): string => new Date(ms).toISOString().slice(0, -1)

interface Played {
  /** Of pictures, as the player counts them. */
  readonly decoded: number
  readonly dropped: number
  readonly ended: boolean
  readonly fatal: readonly string[]
  /** How many segments it has loaded. */
  readonly loaded: number
}

const pageText = (
  address: string,
): string => `<!doctype html><video muted></video><script src="/hls.js"></script><script>
const video = document.querySelector('video')
window.played = { fatal: [], loaded: 0 }
const hls = new Hls({ liveSyncDurationCount: 1, startPosition: 0 })
hls.on(Hls.Events.ERROR, (_, error) => error.fatal && window.played.fatal.push(error.type + ' ' + error.details))
hls.on(Hls.Events.FRAG_BUFFERED, () => window.played.loaded++)
hls.loadSource(${JSON.stringify(address)})
hls.attachMedia(video)
// what is watched is not the speed
video.playbackRate = 4
hls.on(Hls.Events.MANIFEST_PARSED, () => video.play())
window.look = () => {
  const { totalVideoFrames: decoded, droppedVideoFrames: dropped } = video.getVideoPlaybackQuality()
  return { ...window.played, decoded, dropped, ended: video.ended }
}
</script>`

/** Plays `address` in a page of another address, as editors' pages are, until `enough`. */
async function played(
  address: string,
  enough: (now: Played) => boolean,
  meanwhile?: () => Promise<void>,
): Promise<Played> {
  const hls = await readFile(createRequire(import.meta.url).resolve('hls.js/dist/hls.min.js'))
  const pages = createServer((request, response) => {
    const isScript = request.url === '/hls.js'
    response.setHeader('content-type', isScript ? 'text/javascript' : 'text/html')
    response.end(isScript ? hls : pageText(address))
  })
  await new Promise<void>((resolve) => pages.listen(0, '127.0.0.1', resolve))
  try {
    await using browser = await openPage()
    const { page } = browser
    const look = () => page.evaluate<Played>('window.look()')
    await page.goto(`http://127.0.0.1:${(pages.address() as AddressInfo).port}/`)
    let now = await look()
    let began = false
    while (!enough(now) && now.fatal.length === 0) {
      await page.waitForTimeout(100)
      now = await look()
      if (now.loaded === 0 || began) continue
      began = true
      await meanwhile?.()
    }
    return now
  } finally {
    pages.closeAllConnections()
    pages.close()
  }
}

/** How many pictures ffmpeg decodes of a playlist, and what it complains of. */
async function decodedBy(address: string): Promise<{ readonly pictures: number; readonly complaints: string }> {
  // a warning it has of each segment whose packets are counted from 0 again, as those of this spec's encoder are
  const args = ['-nostdin', '-v', 'error', '-progress', 'pipe:1', '-i', address, '-map', '0:v:0', '-map', '0:a?']
  const { stdout, stderr } = await run('ffmpeg', [...args, '-fps_mode', 'passthrough', '-f', 'null', '-'])
  return {
    pictures: Number(
      stdout
        .match(/^frame=(\d+)$/gm)
        ?.at(-1)
        ?.slice(6),
    ),
    complaints: stderr.trim(),
  }
}

async function picturesIn(segments: readonly Segment[]): Promise<number> {
  let pictures = 0
  for (const { path } of segments) {
    const asked = [
      '-count_packets',
      '-select_streams',
      'v:0',
      '-show_entries',
      'stream=nb_read_packets',
      '-of',
      'csv=p=0',
    ]
    const { stdout } = await run('ffprobe', ['-v', 'error', ...asked, path])
    pictures += Number.parseInt(stdout, 10)
  }
  return pictures
}

describe('A playlist', function () {
  this.timeout(900_000)
  let folder: Awaited<ReturnType<typeof temporaryFolder>>
  let server: FootageServer
  before(async () => {
    folder = await temporaryFolder()
    await record(await makeNumbered(join(folder.path, 'stream'), { seconds: 12 }), folder.path, AT)
    server = await serveFootage(folder.path)
  })
  after(async () => {
    await server[Symbol.asyncDispose]()
    await folder.remove()
  })

  const address = (channel: string, startMs: number, endMs: number | null) =>
    `${server.url}/playlist/${channel}/source.m3u8?start=${instant(startMs)}${endMs === null ? '' : `&end=${instant(endMs)}`}`
  const segmentsOf = (channel: string) => listHour(folder.path, channel, 'source', HOUR)

  it('plays from a given start to a given end, in ffmpeg and in a browser', async () => {
    const covering = (await segmentsOf('camera')).filter((one) => endMs(one) > AT + 3000 && one.startMs < AT + 7000)
    const pictures = await picturesIn(covering)
    const url = address('camera', AT + 3000, AT + 7000)
    assert.deepEqual(await decodedBy(url), { pictures, complaints: '' })
    const seen = await played(url, ({ ended }) => ended)
    assert.deepEqual([seen.fatal, seen.ended, seen.loaded >= covering.length], [[], true, true])
  })

  it('plays by way of the master playlist, too', async () => {
    const seen = await played(
      `${server.url}/playlist/camera.m3u8?start=${instant(AT)}&end=${instant(AT + 3000)}`,
      ({ ended }) => ended,
    )
    assert.deepEqual([seen.fatal, seen.ended], [[], true])
  })

  it('plays on while segments arrive, and ends when the last one has', async () => {
    const all = await segmentsOf('camera')
    const last = all.slice(-3)
    const end = endMs(all.at(-1) ?? assert.fail('nothing was recorded'))
    const aside = (path: string) => join(folder.path, path.split('/').at(-1) ?? '')
    for (const { path } of last) await rename(path, aside(path))
    const arrive = async () => {
      for (const { path } of last) await rename(aside(path), path)
    }
    const seen = await played(address('camera', AT, end), ({ ended }) => ended, arrive)
    assert.deepEqual([seen.fatal, seen.ended, seen.loaded >= all.length], [[], true, true])
  })

  it('plays across a hole', async () => {
    const hole = (await segmentsOf('camera'))[2] ?? assert.fail('nothing was recorded')
    await rename(hole.path, join(folder.path, 'hole'))
    try {
      const all = await segmentsOf('camera')
      const url = address('camera', AT, endMs(all.at(-1) ?? hole))
      assert.equal((await decodedBy(url)).pictures, await picturesIn(all))
      const seen = await played(url, ({ ended }) => ended)
      assert.deepEqual([seen.fatal, seen.ended, seen.loaded >= all.length], [[], true, true])
    } finally {
      await rename(join(folder.path, 'hole'), hole.path)
    }
  })

  // a real encoder's restart, real pictures with B-frames, and timestamps that wrap
  for (const name of ['clock-live-pdt', 'bbb-720p60', 'tos-pts-wrap']) {
    it(`plays of the recorded stream ${name}, all of it and across a hole`, async function () {
      const source = recordedStream(name)
      if (source === null) {
        process.stderr.write(`      ${name} is not here: ../shared/data has it\n`)
        return this.skip()
      }
      const options = { channel: name, quality: 'source', root: folder.path, startMs: AT }
      const taken = await ingest({ ...options, source, signal: new AbortController().signal })
      const { firstStartMs, lastEndMs } = isLeft(taken) ? assert.fail(taken.left.message) : taken.right
      const url = address(name, firstStartMs ?? 0, lastEndMs ?? 0)
      const hours = await listHours(folder.path, name, 'source')
      const whole = (await Promise.all(hours.map((hour) => listHour(folder.path, name, 'source', hour)))).flat()
      assert.equal((await decodedBy(url)).pictures, await picturesIn(whole))
      const seen = await played(url, ({ ended }) => ended)
      assert.deepEqual([seen.fatal, seen.ended, seen.loaded >= whole.length], [[], true, true])
      const hole = whole[1] ?? assert.fail('too little was recorded')
      await rm(hole.path)
      const across = await played(url, ({ ended }) => ended)
      assert.deepEqual([across.fatal, across.ended, across.loaded >= whole.length - 1], [[], true, true])
    })
  }
})
