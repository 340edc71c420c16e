import assert from 'node:assert/strict'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isRight } from 'fp-ts/lib/Either.js'
import { sendAllButLast } from '../../src/effects/stream.js'
import { archiveBackend } from '../../src/upload/archive.js'
import type { Session } from '../../src/upload/backend.js'
import { localBackend } from '../../src/upload/local.js'
import { publication } from '../contracts/backend.js'

const never = new AbortController().signal

describe('sending a cut', () => {
  let path: string
  beforeEach(async () => (path = await mkdtemp(join(tmpdir(), 'reelstate-stream-'))))
  afterEach(() => rm(path, { recursive: true }))

  async function opened(backend = archiveBackend({ path })): Promise<Session> {
    const session = await backend.open(publication(), never)
    assert.ok(isRight(session))
    return session.right
  }

  /** What the files hold that are under way. */
  async function underWay(): Promise<string[]> {
    const [part = ''] = (await readdir(path)).filter((name) => name.endsWith('.part'))
    const names = (await readdir(join(path, part))).sort()
    return Promise.all(names.map((name) => readFile(join(path, part, name), 'utf8')))
  }

  const made: string[] = []
  async function* files(contents: readonly (readonly string[])[]) {
    for (const [n, chunks] of contents.entries()) {
      made.push(`file ${n}`)
      yield (async function* () {
        for (const chunk of chunks) yield Promise.resolve(Buffer.from(chunk))
        made.push(`end of ${n}`)
      })()
    }
  }

  it('holds back the last chunk of the last file alone, and takes each file to its end before the next', async () => {
    made.length = 0
    const session = await opened()
    const sent = await sendAllButLast(files([['a', 'bc'], ['d'], ['ef', '', 'g', '']]), session, never)
    assert.deepEqual(sent, { _tag: 'Right', right: { last: Buffer.from('g'), total: 7 } })
    assert.deepEqual(await underWay(), ['abc', 'd', 'ef'])
    assert.deepEqual(made, ['file 0', 'end of 0', 'file 1', 'end of 1', 'file 2', 'end of 2'])
    const published = await session.finalize(Buffer.from('g'), 7, never)
    await session.close()
    assert.ok(isRight(published))
    const name = published.right.video_id
    assert.equal(await readFile(join(path, name, `${name}-3.ts`), 'utf8'), 'efg')
  })

  it('sends a cut of a single chunk only when it is finalized', async () => {
    const session = await opened()
    const sent = await sendAllButLast(files([['all of it']]), session, never)
    assert.ok(isRight(sent) && sent.right.total === 9)
    assert.deepEqual(await underWay(), [''])
    await session.close()
  })

  it('closes what makes the chunks where the destination fails, and says why', async () => {
    let closed = 0
    async function* endless() {
      try {
        for (;;) yield Promise.resolve(Buffer.from('chunk'))
      } finally {
        closed++
      }
    }
    async function* one() {
      try {
        yield await Promise.resolve(endless())
      } finally {
        closed++
      }
    }
    const session = await opened()
    await session.close()
    const sent = await sendAllButLast(one(), session, never)
    assert.match(!isRight(sent) ? sent.left.message : '', new RegExp(`writing into ${path} failed`))
    assert.equal(closed, 2)
  })

  it('is a bug where several files come for a destination that takes one', async () => {
    const session = await opened(localBackend({ path }))
    await assert.rejects(sendAllButLast(files([['a'], ['b']]), session, never), /takes one/)
    await session.close()
  })
})
