import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import fc from 'fast-check'
import { rebase } from '../../src/cut/rebase.js'
import { WRAP_TICKS } from '../../src/segments/pesHeader.js'
import { type Timestamp } from '../../src/segments/timestampScanner.js'
import { timestampsIn } from '../../src/segments/timestamps.js'
import { temporaryFolder } from '../segments/temporaryFolder.js'
import { makeNumbered } from '../support/numberedStream.js'

describe('Rebasing a transport stream', () => {
  let folder: { path: string; remove: () => Promise<void> }
  let bytes: Buffer
  before(async () => {
    folder = await temporaryFolder()
    const [first] = await makeNumbered(join(folder.path, 'stream'), { seconds: 1.5, offsetSeconds: 3 })
    bytes = await readFile(first ?? '')
  })
  after(() => folder.remove())

  it('moves every timestamp by the same amount, modulo 33 bits, and can be undone', async () => {
    const before = await read(bytes)
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: -(2 ** 34), max: 2 ** 34 }), async (shift) => {
        const moved = Buffer.from(bytes)
        rebase(moved, shift)
        const after = await read(moved)
        assert.deepEqual(
          after.map(({ ptsTicks }) => modulo(ptsTicks)),
          before.map(({ ptsTicks }) => modulo(ptsTicks + shift)),
        )
        assert.deepEqual(
          after.map(({ dtsTicks }) => modulo(dtsTicks)),
          before.map(({ dtsTicks }) => modulo(dtsTicks + shift)),
        )
        rebase(moved, -shift)
        assert.ok(moved.equals(bytes))
      }),
      { numRuns: 30 },
    )
  })

  it('moves the program clock with them', () => {
    const moved = Buffer.from(bytes)
    rebase(moved, 123_456)
    const clocks = (stream: Buffer) => pcrs(stream)
    assert.ok(clocks(bytes).length > 0)
    assert.deepEqual(
      clocks(moved),
      clocks(bytes).map((ticks) => ticks + 123_456),
    )
  })
})

async function read(bytes: Buffer): Promise<Timestamp[]> {
  const found: Timestamp[] = []
  const chunks = (async function* () {
    yield await Promise.resolve(bytes)
  })()
  for await (const timestamp of timestampsIn(chunks)) found.push(timestamp)
  return found
}

function modulo(ticks: number): number {
  return ((ticks % WRAP_TICKS) + WRAP_TICKS) % WRAP_TICKS
}

function pcrs(bytes: Buffer): number[] {
  const found: number[] = []
  for (let at = 0; at < bytes.length; at += 188) {
    const has = ((bytes[at + 3] ?? 0) & 0x20) !== 0 && (bytes[at + 4] ?? 0) >= 7 && ((bytes[at + 5] ?? 0) & 0x10) !== 0
    if (has) found.push(bytes.readUInt32BE(at + 6) * 2 + ((bytes[at + 10] ?? 0) >> 7))
  }
  return found
}
