import assert from 'node:assert/strict'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isLeft, isRight } from 'fp-ts/lib/Either.js'
import { localBackend } from '../../src/upload/local.js'
import { backendContract, publication } from '../contracts/backend.js'

const never = new AbortController().signal

backendContract('local', async () => {
  const path = await mkdtemp(join(tmpdir(), 'reelstate-local-'))
  const visible = async () => (await readdir(path)).filter((name) => !name.startsWith('.'))
  return {
    backend: localBackend({ path }),
    again: () => localBackend({ path }),
    published: async () =>
      new Map(
        await Promise.all((await visible()).map(async (name) => [name, await readFile(join(path, name))] as const)),
      ),
    leftovers: async () => (await readdir(path)).filter((name) => name !== '.reelstate-destination'),
    close: () => rm(path, { recursive: true }),
  }
})

describe('publishing into a folder', () => {
  let path: string
  beforeEach(async () => (path = await mkdtemp(join(tmpdir(), 'reelstate-local-'))))
  afterEach(() => rm(path, { recursive: true }))

  async function publish(title: string, options: { urlPrefix?: string } = {}) {
    const session = await localBackend({ path, ...options }).open(publication({ title }), never)
    assert.ok(isRight(session))
    const result = await session.right.finalize(Buffer.from('video'), 5, never)
    await session.right.close()
    assert.ok(isRight(result))
    return result.right
  }

  it('keeps every title inside the folder, under a name that a file system takes', async () => {
    for (const title of [
      '../../etc/passwd',
      '.hidden',
      'a/b\\c:d*?"|',
      '日本語のタイトル',
      'x'.repeat(100),
      '𝒳'.repeat(100),
      '\u0000',
    ]) {
      const { video_id } = await publish(title)
      assert.match(video_id, /^[^./\\][^/\\]*\.ts$/u)
      assert.ok((await readdir(path)).includes(video_id), title)
    }
  })

  it('links by file:// or by the prefix that is given', async () => {
    assert.match((await publish('one')).video_link, /^file:\/\/\/.*one-video1-e1\.ts$/)
    assert.equal(
      (await publish('näxt', { urlPrefix: 'https://v.example/' })).video_link,
      'https://v.example/n%C3%A4xt-video1-e1.ts',
    )
  })

  it('cannot tell of an upload into another folder, and says whose it is', async () => {
    const other = await mkdtemp(join(tmpdir(), 'reelstate-local-'))
    try {
      const session = await localBackend({ path: other }).open(publication(), never)
      assert.ok(isRight(session))
      await session.right.close()
      const status = await localBackend({ path }).abort(session.right.reference, 5)
      assert.equal(status._tag, 'unknown')
      assert.match(
        'why' in status ? status.why : '',
        new RegExp(`this node's folder ${path} is .*the upload went to ${session.right.destination}`),
      )
    } finally {
      await rm(other, { recursive: true })
    }
  })

  it('agrees on the identity of a folder that many find new at once', async () => {
    const found = await Promise.all(Array.from({ length: 8 }, () => localBackend({ path }).open(publication(), never)))
    const identities = new Set(found.map((session) => isRight(session) && session.right.destination))
    for (const session of found) if (isRight(session)) await session.right.close()
    assert.equal(identities.size, 1)
  })

  it('says what is wrong with a folder that cannot be', async () => {
    const checked = await localBackend({ path: '/dev/null/nowhere' }).check()
    assert.ok(isLeft(checked))
    assert.match(checked.left.message, /\/dev\/null\/nowhere cannot be written to \(E[A-Z]+\)/)
    assert.ok(isLeft(await localBackend({ path: '/dev/null/nowhere' }).open(publication(), never)))
  })
})
