import assert from 'node:assert/strict'
import { join } from 'node:path'
import { formatInstant } from '../../machines/codecs.js'
import type { Draft } from '../../machines/edit.js'
import { lookForFootage } from '../../src/effects/footage.js'
import { noteOrigin } from '../../src/segments/peers/origins.js'
import { channel, hour, Machine, nameOf, quality, stretch } from '../segments/peers/recording.js'

describe('What a node has of the footage of an edit', () => {
  let ours: Machine
  before(async () => (ours = await Machine.make([0, 1, 2, 4])))
  after(() => ours[Symbol.asyncDispose]())

  const range = (from: number, to: number): [string, string] => {
    const { startMs, endMs } = stretch(from, to)
    return [formatInstant(startMs), formatInstant(endMs)]
  }
  const look = (over: Partial<Draft>) =>
    lookForFootage('node-a', ours.root, {
      ...{ video_channel: channel, video_quality: quality, thumbnail_mode: 'NONE', video_ranges: [range(0, 3)] },
      ...over,
    })
  /** With two seconds on either side, as a cut may need them. */
  const around = (from: number, to: number) => {
    const { startMs, endMs } = stretch(from, to)
    return { startMs: startMs - 2_000, endMs: endMs + 2_000 }
  }

  it('lacks nothing where all is there', async () => {
    const { obstacle, missingSeconds, lacking, fetched } = await look({})
    assert.deepEqual([obstacle, missingSeconds, lacking, fetched], [null, 0, [], null])
  })

  it('lacks the ranges that have holes, also those of which there is nothing', async () => {
    const { obstacle, missingSeconds, lacking } = await look({ video_ranges: [range(0, 2), range(2, 5), range(8, 9)] })
    assert.match(obstacle ?? '', /^node-a has no footage from/)
    assert.equal(missingSeconds, 4)
    assert.deepEqual(lacking, [around(2, 5), around(8, 9)])
  })

  it('lacks the picture that its thumbnail is made of, where one is made of the stream', async () => {
    const [thumbnail_time] = range(3, 3)
    const { obstacle, lacking } = await look({ thumbnail_mode: 'BARE', thumbnail_time })
    assert.equal(obstacle, null)
    assert.deepEqual(
      lacking.map(({ startMs }) => startMs),
      [around(3, 3).startMs],
    )
    assert.deepEqual((await look({ thumbnail_mode: 'CUSTOM', thumbnail_time })).lacking, [])
  })

  it('says of what was fetched who sent it, each segment once', async () => {
    const folder = join(ours.root, channel, quality, hour)
    const note = (place: number, peer: string) => noteOrigin(folder, nameOf(place).split('/').at(-1) ?? '', peer)
    for (const [place, peer] of [
      [0, 'node-c'],
      [1, 'node-b'],
      [2, 'node-b'],
      [3, 'node-d'],
    ] as const)
      await note(place, peer)
    const { fetched } = await look({ video_ranges: [range(0, 2), range(1, 3)] })
    assert.equal(fetched, 'fetched 2 segments from node-b, 1 from node-c')
  })
})
