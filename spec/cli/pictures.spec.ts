import assert from 'node:assert/strict'
import { mkdtemp, readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { sizeOfPng } from '../../src/cut/frame.js'
import { each, json, lines, reelstate } from './program.js'
import { at, channel, withFootage, type Workplace, workplace } from './workplace.js'

describe('reelstate frame and waveform', function () {
  this.timeout(60_000)
  let place: Workplace
  let output: string
  before(async () => {
    place = await workplace()
    await withFootage(place)
    output = await mkdtemp(join(place.folder, 'out-'))
  })
  after(() => place.remove())

  // they need no database: they must not even ask for one
  const env = { DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none' }
  const footage = () => ['--segments', place.segments, '--channel', channel]

  it('frame: the picture at an instant, as wide as was asked for', async () => {
    const file = join(output, 'frame.png')
    const made = await reelstate(['frame', ...footage(), '--at', at(2.5), '--width', '160', '-o', file, '--json'], {
      env,
    })
    const { width, height, bytes } = json<{ width: number; height: number; bytes: number }>(made)
    const png = await readFile(file)
    assert.deepEqual(sizeOfPng(png), { width, height })
    assert.deepEqual([width, bytes], [160, png.length])
  })

  it('waveform: the sound of a range', async () => {
    const file = join(output, 'waveform.png')
    const range = `${at(1)}/${at(7)}`
    const made = await reelstate(['waveform', ...footage(), '--range', range, '--size', '300x40', '-o', file], { env })
    assert.equal(made.code, 0, made.stderr)
    assert.match(made.stdout, /waveform\.png: 300x40, \d+ bytes\n$/)
    assert.deepEqual(sizeOfPng(await readFile(file)), { width: 300, height: 40 })
  })

  it('refuse what is no time, no size and no footage, in one line, and write nothing', async () => {
    const file = ['-o', join(output, 'x.png')]
    const before = await readdir(output)
    const range = ['--range', `${at(1)}/${at(2)}`]
    const uses: [args: string[], code: number, says: RegExp][] = [
      [['frame', ...footage(), '--at', 'noon', ...file], 2, /--at: found "noon"; allowed is a UTC time/],
      [['frame', ...footage(), '--at', at(1), '--width', '0', ...file], 2, /--width: found "0"; allowed is 1 to 4096/],
      [['frame', ...footage(), '--at', at(3600), ...file], 1, /no footage of/],
      [['frame', ...footage(), '--channel', '../main', '--at', at(1), ...file], 2, /--channel: found/],
      [['waveform', ...footage(), ...range, '--size', '10', ...file], 2, /--size: found "10"; allowed is WIDTHxHEIGHT/],
      [['waveform', ...footage(), '--range', `${at(0)}/${at(30_000)}`, ...file], 2, /at most 6 hours/],
      [['waveform', ...footage(), '--range', `${at(3600)}/${at(3601)}`, ...file], 1, /no footage of/],
    ]
    for (const [i, { code, stderr }] of (await each(uses, ([args]) => reelstate(args, { env }))).entries()) {
      assert.equal(code, uses[i]?.[1], stderr)
      assert.match(stderr, uses[i]?.[2] ?? /never/)
      assert.equal(lines(stderr.replace(/^.*\r/gm, '')).length, 1, stderr)
    }
    assert.deepEqual(await readdir(output), before)
  })
})
