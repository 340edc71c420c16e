import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { CutError } from '../../src/cut/cut.js'
import { ffmpegOutput } from '../../src/cut/ffmpeg.js'
import { ffmpegArguments } from '../../src/cut/ffmpegArguments.js'
import { majorOf, requireFfmpeg, versionIn } from '../../src/cut/inspectFfmpeg.js'
import { Slots } from '../../src/segments/slots.js'
import { childrenOf, isRunning, until } from '../support/processes.js'

/** Encodes without end. */
const endless = { args: ['-f', 'lavfi', '-i', 'testsrc2=s=160x90:r=30', '-f', 'mpegts', 'pipe:1'], inputs: [] }
const openFiles = async () => (await readdir('/dev/fd')).length
const ffmpegsLeft = () => childrenOf(process.pid, 'ffmpeg')

async function* nothing(signal: AbortSignal): AsyncGenerator<Buffer> {
  await once(signal, 'abort')
  yield Buffer.alloc(0)
}

describe('An ffmpeg of ours', () => {
  it('is gone at once when its cut is cancelled, and leaves no file open, however often', async () => {
    let before = 0
    for (let round = 0; round < 20; round++) {
      const cancel = new AbortController()
      const reason = new Error('cancelled')
      let chunks = 0
      await assert.rejects(
        async () => {
          for await (const chunk of ffmpegOutput(endless, { signal: cancel.signal })) {
            chunks += chunk.length > 0 ? 1 : 0
            cancel.abort(reason)
          }
        },
        (error) => error === reason,
      )
      assert.ok(chunks > 0)
      assert.deepEqual(await ffmpegsLeft(), [])
      // the first round opens what stays open for good
      if (round === 1) before = await openFiles()
    }
    assert.equal(await openFiles(), before)
  })

  it('is gone when nobody wants the rest', async () => {
    for await (const chunk of ffmpegOutput(endless, { signal: new AbortController().signal })) {
      assert.ok(chunk.length > 0)
      break
    }
    assert.deepEqual(await ffmpegsLeft(), [])
  })

  it('is gone when cancelled while its reader is busy', async () => {
    const cancel = new AbortController()
    const output = ffmpegOutput(endless, { signal: cancel.signal })
    await output.next()
    cancel.abort()
    await until(async () => (await ffmpegsLeft()).length === 0, 'ffmpeg is gone')
    await assert.rejects(async () => {
      for await (const chunk of output) assert.ok(chunk.length > 0)
    })
  })

  for (const mode of ['waits', 'encodes']) {
    it(`ends by itself when our process is killed while it ${mode}`, async () => {
      const script = join(import.meta.dirname, '../support/endlessFfmpeg.ts')
      const parent = spawn(process.execPath, ['--import', 'tsx', script, mode], { stdio: 'ignore' })
      let pid: number | undefined
      await until(async () => (pid = (await childrenOf(parent.pid ?? 0, 'ffmpeg'))[0]) !== undefined, 'it has started')
      parent.kill('SIGKILL')
      await once(parent, 'close')
      await until(async () => !(await isRunning(pid ?? 0)), 'ffmpeg has ended')
    })
  }

  it('that does nothing is killed, and said to have stalled', async () => {
    const never = new AbortController()
    const run = { args: ['-f', 'mpegts', '-i', 'pipe:3', '-f', 'mpegts', 'pipe:1'], inputs: [nothing(never.signal)] }
    await assert.rejects(
      ffmpegOutput(run, { signal: new AbortController().signal, stallSeconds: 0.4 }).next(),
      (error) => error instanceof CutError && /nothing for 0.4 s/.test(error.message),
    )
    assert.deepEqual(await ffmpegsLeft(), [])
    never.abort()
  })

  it('is not taken for stalled while its output is not wanted', async () => {
    const output = ffmpegOutput(endless, { signal: new AbortController().signal, stallSeconds: 2 })
    await output.next()
    await assert.rejects(
      until(async () => (await ffmpegsLeft()).length === 0, 'it is killed', 3),
      /in vain/,
    )
    assert.equal((await output.next()).done, false)
    await output.return()
  })

  it('that fails has its last words in the error', async () => {
    const run = { args: ['-f', 'lavfi', '-i', 'nosuchsource', '-f', 'mpegts', 'pipe:1'], inputs: [] }
    await assert.rejects(ffmpegOutput(run, { signal: new AbortController().signal }).next(), (error) => {
      return error instanceof CutError && /exit code 1: .*nosuchsource/.test(error.message)
    })
  })

  it('passes on what went wrong with its input', async () => {
    const broken = (async function* (): AsyncGenerator<Buffer> {
      yield await Promise.resolve(Buffer.alloc(188))
      throw new CutError('segment x: the file has vanished')
    })()
    const run = { args: ['-f', 'mpegts', '-i', 'pipe:3', '-f', 'mpegts', 'pipe:1'], inputs: [broken] }
    await assert.rejects(ffmpegOutput(run, { signal: new AbortController().signal }).next(), /vanished/)
  })

  it('waits for a free slot, and gives up waiting when cancelled', async () => {
    const slots = new Slots(1)
    const first = ffmpegOutput(endless, { signal: new AbortController().signal, slots })
    await first.next()
    const cancel = new AbortController()
    const second = ffmpegOutput(endless, { signal: cancel.signal, slots }).next()
    const third = ffmpegOutput(endless, { signal: new AbortController().signal, slots })
    const started = third.next()
    assert.equal((await ffmpegsLeft()).length, 1)
    cancel.abort(new Error('no longer wanted'))
    await assert.rejects(second, /no longer wanted/)
    await first.return()
    assert.equal((await started).done, false)
    await third.return()
    assert.deepEqual(await ffmpegsLeft(), [])
  })

  it('can do all that cuts need, and says which it is', async () => {
    const facts = await requireFfmpeg()
    assert.match(facts.version ?? '', /\d/)
    assert.deepEqual(facts.missing, [])
  })
})

describe('What ffmpeg is told', () => {
  it('keeps values with spaces whole and in order, inputs first', () => {
    const args = ffmpegArguments({
      inputs: [
        ['-f', 'mpegts'],
        ['-copyts', '-f', 'mpegts'],
      ],
      filterGraph: '[0:v]null[picture]',
      maps: ['[picture]'],
      outputOptions: ['-metadata', 'title=two words'],
      format: 'mpegts',
    })
    assert.deepEqual(
      args,
      '-f mpegts -i pipe:3 -copyts -f mpegts -i pipe:4 -filter_complex [0:v]null[picture] -map [picture] -metadata'
        .split(' ')
        .concat('title=two words', '-f', 'mpegts', 'pipe:1'),
    )
  })
})

describe("ffmpeg's version", () => {
  const versions: [string, string, number | undefined][] = [
    ['ffmpeg version 5.1.9-0+deb12u1 Copyright (c) 2000-2026 the FFmpeg developers', '5.1.9-0+deb12u1', 5],
    ['ffmpeg version n7.1 Copyright (c) 2000-2024 the FFmpeg developers', 'n7.1', 7],
    ['ffmpeg version N-109468-gd39b34123d Copyright', 'N-109468-gd39b34123d', undefined],
  ]
  for (const [line, version, major] of versions) {
    it(`is read from "${line}"`, () => {
      assert.equal(versionIn(line), version)
      assert.equal(majorOf(version), major)
    })
  }
})
