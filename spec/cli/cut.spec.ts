import assert from 'node:assert/strict'
import { mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { probe } from '../../src/cut/probe.js'
import type { CutReceipt } from '../../src/cut/receipt.js'
import { childrenOf, isRunning, until } from '../support/processes.js'
import { SmallDisk } from '../support/smallDisk.js'
import { each, json, lines, reelstate, start } from './program.js'
import { at, channel, type Workplace, withFootage, workplace } from './workplace.js'

describe('reelstate cut', function () {
  this.timeout(60_000)
  let place: Workplace
  let output: string
  let source: string[]

  before(async () => {
    place = await workplace()
    await withFootage(place)
    source = ['cut', '--segments', place.segments, '--channel', channel]
  })
  beforeEach(async () => {
    output = await mkdtemp(join(place.folder, 'out-'))
  })
  after(() => place.remove())

  const range = (from: number, to: number) => ['--range', `${at(from)}/${at(to)}`]
  // a cut needs no database: it must not even ask for one
  const env = { DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none' }

  it('exact to the frame by copying: as long as its ranges together, with a receipt', async () => {
    const file = join(output, 'fast.ts')
    const made = await reelstate([...source, ...range(1, 2), ...range(5, 8.4), '-o', file, '--json'], { env })
    const receipt = json<CutReceipt & { file: string }>(made)
    assert.equal(receipt.file, file)
    assert.equal(receipt.type, 'fast')
    assert.equal(receipt.instead, undefined)
    assert.equal((await readFile(file)).length, receipt.bytes)
    assert.equal(receipt.pictures, 110)
    assert.ok((receipt.copiedPictures ?? 0) > 50, JSON.stringify(receipt.encoded))
    assert.deepEqual(
      receipt.ranges.map(({ start, end, segments }) => [start, end, segments.length > 0]),
      [
        [at(1), at(2), true],
        [at(5), at(8.4), true],
      ],
    )
    assert.ok(receipt.checks.every(({ ok }) => ok))
    const { durationSeconds = 0 } = await probe(file)
    assert.ok(Math.abs(durationSeconds - 4.4) < 0.1, `${durationSeconds} s`)
    assert.deepEqual(await readdir(output), ['fast.ts'])
  })

  it('full: encoded anew, and as long', async () => {
    const file = join(output, 'full.ts')
    const made = await reelstate([...source, '--type', 'full', ...range(1, 2), ...range(5, 5.4), '-o', file], { env })
    assert.equal(made.code, 0, made.stderr)
    assert.match(made.stdout, /\npictures +35, of which 35 were encoded anew\n$/)
    const { durationSeconds = 0 } = await probe(file)
    assert.ok(Math.abs(durationSeconds - 1.4) < 0.1, `${durationSeconds} s`)
  })

  it('rough: whole segments, byte for byte the same into a file and to standard output', async () => {
    const file = join(output, 'rough.ts')
    const rough = [...source, '--type', 'rough', ...range(2.5, 3.5)]
    const [toFile, toStdout] = await each([file, '-'], (to) => reelstate([...rough, '-o', to], { env }))
    assert.equal(toFile?.code, 0, toFile?.stderr)
    assert.equal(toFile?.stdout, `${file}: ${(await readFile(file)).length} bytes\n`)
    assert.equal(toStdout?.code, 0)
    const { durationSeconds = 0 } = await probe(file)
    assert.ok(Math.abs(durationSeconds - 2) < 0.1, `${durationSeconds} s`)
    assert.deepEqual(toStdout?.bytes, await readFile(file))
  })

  it('full to standard output is a stream that plays', async () => {
    const made = await reelstate([...source, ...range(1, 2), '-o', '-'], { env })
    assert.equal(made.code, 0, made.stderr)
    const file = join(output, 'piped.ts')
    await writeFile(file, made.bytes)
    const { durationSeconds = 0 } = await probe(file)
    assert.ok(Math.abs(durationSeconds - 1) < 0.1, `${durationSeconds} s`)
  })

  it('of missing footage is refused, unless holes are allowed; nothing at all is always refused', async () => {
    const file = join(output, 'hole.ts')
    const overTheEnd = [...source, '--type', 'rough', ...range(9, 30), '-o', file]
    const [refused, allowed, nothing] = await each(
      [
        overTheEnd,
        [...overTheEnd, '--allow-holes', '-o', join(output, 'allowed.ts')],
        [...source, ...range(900, 910), '--allow-holes', '-o', file],
      ],
      (args) => reelstate(args),
    )
    assert.equal(refused?.code, 1)
    assert.match(
      refused?.stderr ?? '',
      /has no footage from 2026-01-31 18:00:12\.\d+ to 18:00:30\.000 UTC; --allow-holes/,
    )
    assert.equal(allowed?.code, 0, allowed?.stderr)
    assert.equal(nothing?.code, 1)
    assert.match(nothing?.stderr ?? '', /has nothing of channel main, quality source there/)
    assert.deepEqual(await readdir(output), ['allowed.ts'])
  })

  it('names the file that cannot be written and why, in one line, and leaves nothing of it', async () => {
    const file = join(output, 'no', 'x.ts')
    const [nowhere, folder] = await each([file, output], (to) =>
      reelstate([...source, ...range(1, 2), '-o', to], { env }),
    )
    assert.deepEqual(
      [nowhere?.code, nowhere?.stderr],
      [1, `reelstate: cannot write ${file}: there is no such folder (ENOENT)\n`],
    )
    assert.deepEqual(
      [folder?.code, folder?.stderr],
      [1, `reelstate: cannot write ${output}: that is a folder (EISDIR)\n`],
    )
    assert.deepEqual(await readdir(output), [])
  })

  it('says so where the disk is full, and leaves nothing of what was begun', async function () {
    await using disk = await SmallDisk.at(output, '64k')
    if (disk === null) return this.skip()
    const file = join(output, 'x.ts')
    const full = await reelstate([...source, ...range(1, 8), '-o', file], { env })
    assert.deepEqual(
      [full.code, full.stderr],
      [1, `reelstate: cannot write ${file}: the disk is full: make room there (ENOSPC)\n`],
    )
    assert.deepEqual(await readdir(output), [])
  })

  it('refuses what is no range, no type and no name, with exit code 2, and writes nothing', async () => {
    const file = ['-o', join(output, 'x.ts')]
    const two = range(3, 5).slice(1)
    const uses: [args: string[], says: RegExp][] = [
      [[...source, '--range', '18:00', ...file], /--range: found "18:00"; allowed is START\/END/],
      [[...source, '--range', `${at(1)}/soon`, ...file], /--range: found "soon"; allowed is a UTC time/],
      [[...source, ...range(3, 1), ...file], /--range: found .*does not end after its start/],
      [[...source, ...file], /required option '--range/],
      [[...source, ...range(1, 2), '--type', 'quick', ...file], /'quick'.*fast, full, rough/],
      [[...source, ...range(1, 2), '--container', 'mp4', ...file], /--container mp4: allowed with --type full/],
      [
        [...source, ...range(1, 3), ...two, '--transition', 'fades:1', ...file],
        /--transition: found "fades:1".*clockwipe/,
      ],
      [
        [...source, ...range(1, 3), ...two, '--transition', 'fade:2', ...file],
        /--transition: found 2 s; allowed: shorter/,
      ],
      [[...source, ...range(1, 3), '--transition', 'fade:1', ...file], /--transition: found 1; allowed .*here 0/],
      [
        [...source, ...range(1, 3), ...two, '--transition', 'fade:1', '--type', 'rough', ...file],
        /--type rough has none/,
      ],
      [[...source, ...range(1, 2), '-o', '-', '--json'], /both want standard output/],
      [
        ['cut', '--segments', place.segments, '--channel', '../main', ...range(1, 2), ...file],
        /--channel: found "\.\.\/main"/,
      ],
      [[...source, '--quality', '..', ...range(1, 2), ...file], /--quality: found "\.\."/],
    ]
    for (const [i, { code, stderr }] of (await each(uses, ([args]) => reelstate(args))).entries()) {
      assert.equal(code, 2, stderr)
      assert.match(stderr, uses[i]?.[1] ?? /never/)
      assert.equal(lines(stderr).length, 1, stderr)
    }
    assert.deepEqual(await readdir(output), [])
  })

  it('interrupted in the middle leaves neither an unfinished file nor an ffmpeg', async () => {
    // minutes of footage: it would take long, if nobody stopped it
    const many = Array.from({ length: 25 }, () => range(0, 12)).flat()
    const cutting = start([...source, '--type', 'full', ...many, '-o', join(output, 'long.ts')])
    let encoders: number[] = []
    try {
      await until(async () => (await readdir(output)).some((name) => name.endsWith('.part')), 'it has a file', 30)
      await until(async () => (encoders = await childrenOf(cutting.pid, 'ffmpeg')).length > 0, 'it encodes', 30)
    } finally {
      cutting.signal('SIGINT')
    }
    const { code, stderr } = await cutting.ended
    assert.equal(code, 1)
    assert.match(stderr, /reelstate: interrupted; nothing was written\n$/)
    assert.deepEqual(await readdir(output), [])
    for (const encoder of encoders) assert.ok(!(await isRunning(encoder)))
  })
})
