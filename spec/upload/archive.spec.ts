import assert from 'node:assert/strict'
import { mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isLeft, isRight } from 'fp-ts/lib/Either.js'
import type { Publication } from '../../src/upload/backend.js'
import { archiveBackend } from '../../src/upload/archive.js'
import { backendContract, publication } from '../contracts/backend.js'

const never = new AbortController().signal

/** The bytes of a folder's videos, one after another. */
async function bytesIn(folder: string): Promise<Buffer> {
  const names = (await readdir(folder)).filter((name) => !name.endsWith('.json')).sort()
  return Buffer.concat(await Promise.all(names.map((name) => readFile(join(folder, name)))))
}

for (const writeJson of [true, false])
  backendContract(`archive ${writeJson ? 'with' : 'without'} JSON`, async () => {
    const path = await mkdtemp(join(tmpdir(), 'reelstate-archive-'))
    const visible = async () => (await readdir(path)).filter((name) => !name.startsWith('.'))
    return {
      backend: archiveBackend({ path, writeJson }),
      again: () => archiveBackend({ path, writeJson }),
      published: async () =>
        new Map(
          await Promise.all((await visible()).map(async (name) => [name, await bytesIn(join(path, name))] as const)),
        ),
      leftovers: async () => (await readdir(path)).filter((name) => name !== '.reelstate-destination'),
      close: () => rm(path, { recursive: true }),
    }
  })

describe('publishing several files into an archive', () => {
  let path: string
  beforeEach(async () => (path = await mkdtemp(join(tmpdir(), 'reelstate-archive-'))))
  afterEach(() => rm(path, { recursive: true }))

  const backend = (over: { urlPrefix?: string } = {}) => archiveBackend({ path, writeJson: true, ...over })
  const visible = async () => (await readdir(path)).filter((name) => !name.startsWith('.'))
  const total = (files: readonly string[]) => files.join('').length

  /** All but the last byte of the last file is sent. */
  async function sent(files: readonly string[], over: Partial<Publication> = {}) {
    const opened = await backend().open(publication({ extension: 'mkv', ...over }), never)
    assert.ok(isRight(opened))
    const session = opened.right
    for (const [n, file] of files.entries()) {
      if (n > 0) assert.ok(isRight((await session.nextFile?.(never)) ?? assert.fail()))
      const bytes = Buffer.from(file)
      assert.ok(isRight(await session.send(n < files.length - 1 ? bytes : bytes.subarray(0, -1), never)))
    }
    return { session, last: Buffer.from(files.at(-1)?.slice(-1) ?? '') }
  }

  async function publish(files: readonly string[], over: Partial<Publication> = {}) {
    const { session, last } = await sent(files, over)
    const result = await session.finalize(last, total(files), never)
    await session.close()
    return result
  }

  async function published(name: string): Promise<Record<string, string>> {
    const names = (await readdir(join(path, name))).filter((file) => file.endsWith('.mkv'))
    return Object.fromEntries(
      await Promise.all(names.map(async (file) => [file, await readFile(join(path, name, file), 'utf8')] as const)),
    )
  }

  it('makes a folder of numbered files, all of which are there at once', async () => {
    const { session, last } = await sent(['first', 'second', 'third'])
    assert.deepEqual(await visible(), [])
    assert.ok(isRight(await session.finalize(last, 16, never)))
    await session.close()
    const [name = '', ...others] = await visible()
    assert.deepEqual([name, others], ['The_raffle_part_1_2-video1-e1', []])
    assert.deepEqual(await published(name), {
      [`${name}-1.mkv`]: 'first',
      [`${name}-2.mkv`]: 'second',
      [`${name}-3.mkv`]: 'third',
    })
  })

  it('describes them in a JSON file among them', async () => {
    const result = await publish(['one', 'twoo'], { attempt: 'attempt-1' })
    assert.ok(isRight(result))
    const name = result.right.video_id
    const { published_at, ...described } = JSON.parse(
      await readFile(join(path, name, `${name}.json`), 'utf8'),
    ) as Record<string, unknown>
    assert.ok(Math.abs(Date.parse(String(published_at)) - Date.now()) < 60_000)
    assert.deepEqual(described, {
      title: 'The raffle: part 1/2',
      description: 'Who wins',
      tags: ['raffle'],
      public: true,
      video: 'video1',
      edit: 'e1',
      attempt: 'attempt-1',
      ranges: [['2026-01-31T18:00:00.000Z', '2026-01-31T18:00:02.000Z']],
      files: [
        // as sha256sum has it of the same bytes
        { name: `${name}-1.mkv`, bytes: 3, sha256: '7692c3ad3540bb803c020b3aee66cd8887123234ea0c6e7143c0add73ff431ed' },
        { name: `${name}-2.mkv`, bytes: 4, sha256: '84bd206f2a2ac26b695a6407c531edc5e9a3b234cee2acb6683cd27930ca1661' },
      ],
      modified_at: null,
    })
  })

  it('links to the folder, by file:// or by the prefix that is given', async () => {
    const result = await publish(['one'])
    assert.ok(isRight(result))
    assert.equal(result.right.video_link, `file://${path}/The_raffle_part_1_2-video1-e1/`)
    const status = async (prefix: string) => {
      const { session, last } = await sent(['one'], { edit: prefix })
      const reference = session.reference
      assert.ok(isRight(await session.finalize(last, 3, never)))
      await session.close()
      return backend({ urlPrefix: 'https://v.example/' }).status(reference, 3)
    }
    const asked = await status('e2')
    assert.equal(
      asked._tag === 'complete' && asked.published.video_link,
      'https://v.example/The_raffle_part_1_2-video1-e2/',
    )
  })

  it('replaces an earlier publication of the same edit by the new one, whole, however many files either has', async () => {
    assert.ok(isRight(await publish(['a', 'b', 'c'])))
    const result = await publish(['x', 'y'])
    assert.ok(isRight(result))
    assert.deepEqual(Object.values(await published(result.right.video_id)), ['x', 'y'])
    assert.deepEqual((await readdir(path)).sort(), ['.reelstate-destination', result.right.video_id])
  })

  it('keeps the earlier publication where the new one is aborted, at whichever moment', async () => {
    assert.ok(isRight(await publish(['a', 'b', 'c'])))
    const { session, last } = await sent(['x', 'y'])
    assert.equal((await backend().abort(session.reference, 2))._tag, 'aborted')
    assert.ok(isLeft(await session.finalize(last, 2, never)))
    await session.close()
    await backend().forget(session.reference)
    assert.deepEqual(Object.values(await published('The_raffle_part_1_2-video1-e1')), ['a', 'b', 'c'])
    // killed after the earlier one had stepped aside
    const second = await sent(['x', 'y'])
    await second.session.close()
    const unfinished = String(second.session.reference['unfinished'])
    await rename(join(path, 'The_raffle_part_1_2-video1-e1'), join(path, `${unfinished}.replaced`))
    assert.equal((await backend().abort(second.session.reference, 2))._tag, 'aborted')
    await backend().forget(second.session.reference)
    assert.deepEqual(Object.values(await published('The_raffle_part_1_2-video1-e1')), ['a', 'b', 'c'])
    assert.deepEqual((await readdir(path)).length, 2)
  })

  it('decides every race between replacing and aborting one way, and there is always one publication, whole', async () => {
    assert.ok(isRight(await publish(['a', 'bb'])))
    for (let i = 0; i < 20; i++) {
      const { session, last } = await sent([`x${i}`, 'yyy'])
      const bytes = `x${i}yyy`.length
      const [finalized, aborted] = await Promise.all([
        session.finalize(last, bytes, never),
        backend().abort(session.reference, bytes),
      ])
      await session.close()
      assert.equal(isRight(finalized), aborted._tag === 'complete', `${JSON.stringify(finalized)} ${aborted._tag}`)
      await backend().forget(session.reference)
      const there = Object.values(await published('The_raffle_part_1_2-video1-e1'))
      assert.equal(there.length, 2)
      if (isRight(finalized)) assert.deepEqual(there, [`x${i}`, 'yyy'])
    }
    assert.deepEqual((await readdir(path)).length, 2)
  })

  it('does not take files of another size for the publication that was asked about', async () => {
    const { session } = await sent(['one', 'two'])
    await session.close()
    const { name, unfinished } = session.reference as Record<string, string>
    await rm(join(path, `${unfinished}.part`), { recursive: true })
    await mkdir(join(path, name ?? ''))
    await writeFile(join(path, name ?? '', '1.mkv'), 'three')
    assert.equal((await backend().status(session.reference, 6))._tag, 'gone')
    assert.equal((await backend().status(session.reference, 5))._tag, 'complete')
  })

  it('takes away what a node has left that was killed before the log knew of its session', async () => {
    const opened = await backend().open(publication(), never)
    assert.ok(isRight(opened))
    await opened.right.close()
    const result = await publish(['one'])
    assert.ok(isRight(result))
    assert.deepEqual((await readdir(path)).sort(), ['.reelstate-destination', result.right.video_id])
  })
})
