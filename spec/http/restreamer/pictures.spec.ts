import assert from 'node:assert/strict'
import sharp from 'sharp'
import { isLeft } from 'fp-ts/lib/Either.js'
import { frameAt, sizeOfPng } from '../../../src/cut/frame.js'
import { composeThumbnail } from '../../../src/thumbnail/compose.js'
import { addTemplate } from '../../../src/log/templates.js'
import { testLog, type TestLog } from '../../support/log.js'
import { at, type ServedFootage, servedFootage } from './footageFixture.js'

const box = [8, 4, 56, 28]
const boxText = box.join(',')

describe('Pictures over HTTP', function () {
  this.timeout(300_000)
  let served: ServedFootage
  let log: TestLog
  let image: Buffer
  before(async () => {
    log = await testLog()
    served = await servedFootage({ db: log.db }, 6)
    image = await sharp({
      create: { width: 64, height: 32, channels: 4, background: { r: 255, g: 0, b: 0, alpha: 0.5 } },
    })
      .png()
      .toBuffer()
    const given = { bytes: image, width: 64, height: 32, contentType: 'image/png' }
    const fields = { name: 'red', description: '', attribution: '', crop: box, location: null }
    const added = await addTemplate(log.db, fields, given, { actor: 'spec', node: null })
    if (isLeft(added)) assert.fail(JSON.stringify(added.left))
  })
  after(async () => {
    await served[Symbol.asyncDispose]()
    await log.close()
  })

  const bytes = async (path: string, init: RequestInit = {}): Promise<Buffer> => {
    const answer = await served.get(path, init)
    if (answer.status !== 200) assert.fail(`${path}: ${answer.status} ${await answer.text()}`)
    assert.equal(answer.headers.get('content-type'), 'image/png')
    return Buffer.from(await answer.arrayBuffer())
  }
  const frame = (seconds: number) =>
    frameAt(
      { root: served.recording.root, channel: 'camera', quality: 'source', atMs: Date.parse(`${at(seconds)}Z`) },
      { signal: new AbortController().signal },
    )

  it('are what is shown at an instant', async () => {
    assert.ok((await bytes(`/frame/camera/source.png?timestamp=${at(2.5)}`)).equals(await frame(2.5)))
  })

  it('are what is heard in a range, of the size and colour that are asked for', async () => {
    const range = `start=${at(0.5)}&end=${at(4)}`
    const usual = await bytes(`/waveform/camera/source.png?${range}`)
    assert.deepEqual(sizeOfPng(usual), { width: 1024, height: 64 })
    const red = await bytes(`/waveform/camera/source.png?${range}&size=100x20&color=ff0000`)
    const { data, info } = await sharp(red).raw().toBuffer({ resolveWithObject: true })
    assert.deepEqual([info.width, info.height, info.channels], [100, 20, 4])
    const middle = data.subarray((10 * 100 + 50) * 4, (10 * 100 + 50) * 4 + 3)
    assert.deepEqual([...middle], [255, 0, 0])
  })

  it('are a frame under a template, or under the image that comes with the request', async () => {
    const made = await composeThumbnail(await frame(2.5), image, box, null)
    if (isLeft(made)) assert.fail(made.left)
    const path = `/thumbnail/camera/source.png?timestamp=${at(2.5)}`
    assert.ok((await bytes(`${path}&template=red`)).equals(made.right))
    const own = await composeThumbnail(await frame(2.5), image, [0, 0, 32, 16], box)
    if (isLeft(own)) assert.fail(own.left)
    assert.ok((await bytes(`${path}&template=red&crop=0,0,32,16&location=${boxText}`)).equals(own.right))
    const sent = {
      method: 'POST',
      body: new Uint8Array(image),
      headers: { 'content-type': 'application/octet-stream' },
    }
    assert.ok((await bytes(`${path}&crop=0,0,32,16&location=${boxText}`, sent)).equals(own.right))
  })

  it('are refused where there is no footage, no template, or something is wrong with what is asked', async () => {
    const thumbnail = `/thumbnail/camera/source.png?timestamp=${at(2.5)}`
    const wrong: [path: string, status: number, says: RegExp][] = [
      ['/frame/camera/source.png', 400, /^timestamp: found nothing/],
      ['/frame/camera/source.png?timestamp=x', 400, /^timestamp: found "x"/],
      [`/frame/camera/720p.png?timestamp=${at(1)}`, 404, /no footage/],
      ['/frame/camera/source.png?timestamp=2026-01-01T13:00:00', 406, /no footage of camera/],
      [`/waveform/camera/source.png?end=${at(1)}`, 400, /^start: /],
      [`/waveform/camera/source.png?start=${at(1)}&end=${at(1)}`, 400, /^end: /],
      [`/waveform/camera/source.png?start=${at(0)}&end=${at(21_601)}`, 400, /^end: .*at most 6/],
      [`/waveform/camera/source.png?start=${at(0)}&end=${at(1)}&size=4097x64`, 400, /^size: .*1 to 4096/],
      [`/waveform/camera/source.png?start=${at(0)}&end=${at(1)}&size=0x64`, 400, /^size: /],
      [`/waveform/camera/source.png?start=${at(0)}&end=${at(1)}&color=blue`, 400, /^color: /],
      ['/waveform/camera/source.png?start=2026-01-01T13:00:00&end=2026-01-01T13:00:10', 406, /no footage/],
      [thumbnail, 400, /^template: found nothing/],
      [`${thumbnail}&template=blue`, 404, /no template "blue"/],
      ['/thumbnail/camera/source.png?template=red', 400, /^timestamp: /],
      [`${thumbnail}&template=red&crop=1,2,3`, 400, /^crop: /],
      [`${thumbnail}&template=red&crop=0,0,65,32`, 400, /^crop: found 0,0,65,32; allowed .*<= 64/],
      [`${thumbnail}&template=red&location=9,9,8,8`, 400, /^location: /],
      ['/thumbnail/camera/source.png?timestamp=2026-01-01T13:00:00&template=red', 406, /no footage/],
    ]
    for (const [path, status, says] of wrong) {
      const told = await served.told(path)
      assert.equal(told[0], status, path)
      assert.match(told[1], says)
    }
    const posted: [query: string, body: Buffer, says: RegExp][] = [
      [`&location=${boxText}`, image, /^crop: found nothing/],
      [`&crop=${boxText}`, image, /^location: found nothing/],
      [`&crop=${boxText}&location=${boxText}`, Buffer.alloc(0), /^the body: found no bytes/],
      [`&crop=${boxText}&location=${boxText}`, Buffer.from('GIF89a'), /^the body: found something else/],
      [`&crop=${boxText}&location=${boxText}`, image.subarray(0, 60), /^the body: found a PNG that can't be read/],
      [`&crop=0,0,65,32&location=${boxText}`, image, /^crop: /],
    ]
    for (const [query, body, says] of posted) {
      const told = await served.told(thumbnail + query, { method: 'POST', body: new Uint8Array(body) })
      assert.equal(told[0], 400, query)
      assert.match(told[1], says)
    }
    assert.deepEqual(served.server.troubles, [])
  })
})
