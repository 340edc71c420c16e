import assert from 'node:assert/strict'
import { createReadStream, createWriteStream } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { fastCut } from '../../../src/cut/fast/fast.js'
import type { CutReceipt } from '../../../src/cut/receipt.js'
import { temporaryFolder } from '../../segments/temporaryFolder.js'
import { openPage } from '../../support/browser.js'
import { NumberedRecording, type Seconds } from '../../support/numberedCut.js'

const player = join(import.meta.dirname, '../../../node_modules/hls.js/dist/hls.min.js')

/** A page that plays one file to its end as fast as the browser lets it, and then says how that went. */
const page = `<!doctype html><video muted></video><script src="/hls.js"></script><script>
  const video = document.querySelector('video')
  const errors = []
  let waits = 0
  const hls = new Hls({ enableWorker: false })
  // the first picture is shown a few pictures after zero, as reordering wants it: hls.js skips that
  let skipped = 0
  hls.on(Hls.Events.ERROR, (_, { details }) => {
    if (details === 'bufferSeekOverHole' && video.currentTime < 0.2) skipped = video.getVideoPlaybackQuality().totalVideoFrames
    else errors.push(details)
  })
  hls.on(Hls.Events.MANIFEST_PARSED, () => video.play())
  video.addEventListener('playing', () => video.addEventListener('waiting', () => waits++), { once: true })
  video.addEventListener('error', () => errors.push(video.error.message))
  window.played = new Promise((resolve) => video.addEventListener('ended', () => {
    const { totalVideoFrames, droppedVideoFrames, corruptedVideoFrames } = video.getVideoPlaybackQuality()
    resolve({ errors, waits, skipped, totalVideoFrames, corruptedVideoFrames, droppedVideoFrames, duration: video.duration,
      ranges: video.buffered.length })
  }))
  hls.loadSource('/cut.m3u8')
  hls.attachMedia(video)
</script>`

interface Played {
  readonly errors: readonly string[]
  readonly waits: number
  /** Pictures that were decoded before the skip to the first one, after which they are decoded again. */
  readonly skipped: number
  readonly totalVideoFrames: number
  readonly corruptedVideoFrames: number
  readonly duration: number
  /** Stretches without a gap. */
  readonly ranges: number
}

describe('A fast cut in a browser', function () {
  this.timeout(60_000)

  it('plays over each seam without a stall, an error or a picture that the decoder can’t show', async () => {
    const folder = await temporaryFolder()
    const recording = await NumberedRecording.make(folder.path, { name: 'large', stream: { seconds: 8, size: 4 } })
    const ranges: Seconds[] = [
      [0.73, 3.41],
      [5.21, 7.35],
    ]
    const file = join(folder.path, 'cut.ts')
    let receipt: CutReceipt | undefined
    const plan = await recording.plan(ranges)
    const chunks = async function* () {
      receipt = yield* fastCut(plan, { signal: new AbortController().signal })
    }
    await pipeline(chunks, createWriteStream(file))
    const seconds = receipt?.seconds ?? 0
    const list = `#EXTM3U\n#EXT-X-TARGETDURATION:${Math.ceil(seconds)}\n#EXTINF:${seconds},\n/cut.ts\n#EXT-X-ENDLIST\n`
    const server = createServer((request, response) => {
      if (request.url === '/hls.js') createReadStream(player).pipe(response)
      else if (request.url === '/cut.ts') createReadStream(file).pipe(response)
      else if (request.url === '/cut.m3u8')
        response.setHeader('content-type', 'application/vnd.apple.mpegurl').end(list)
      else response.setHeader('content-type', 'text/html').end(page)
    })
    try {
      await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
      await using browser = await openPage()
      await browser.page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`)
      const played = await browser.page.evaluate<Played>('window.played')
      assert.deepEqual(played.errors, [])
      assert.equal(played.waits, 0, 'it stalled')
      assert.equal(played.ranges, 1, 'there is a gap')
      assert.equal(played.corruptedVideoFrames, 0)
      // while the skip takes effect a few more may come
      const again = played.totalVideoFrames - played.skipped - (receipt?.pictures ?? 0)
      assert.ok(again >= 0 && again <= 3, `${played.totalVideoFrames} pictures instead of ${receipt?.pictures}`)
      assert.ok(Math.abs(played.duration - seconds) < 0.1, `${played.duration} s instead of ${seconds} s`)
    } finally {
      server.close()
      server.closeAllConnections()
      await folder.remove()
    }
  })
})
