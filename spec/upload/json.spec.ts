import assert from 'node:assert/strict'
import { mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isLeft, isRight, right } from 'fp-ts/lib/Either.js'
import { archiveBackend } from '../../src/upload/archive.js'
import type { Publication } from '../../src/upload/backend.js'
import { localBackend } from '../../src/upload/local.js'
import { backendContract, publication } from '../contracts/backend.js'

const never = new AbortController().signal
const isJson = (name: string): boolean => name.endsWith('.json')

backendContract('local with JSON', async () => {
  const path = await mkdtemp(join(tmpdir(), 'reelstate-json-'))
  const visible = async () => (await readdir(path)).filter((name) => !name.startsWith('.') && !isJson(name))
  return {
    backend: localBackend({ path, writeJson: true }),
    again: () => localBackend({ path, writeJson: true }),
    published: async () =>
      new Map(
        await Promise.all((await visible()).map(async (name) => [name, await readFile(join(path, name))] as const)),
      ),
    leftovers: async () => (await readdir(path)).filter((name) => name !== '.reelstate-destination'),
    close: () => rm(path, { recursive: true }),
  }
})

describe('the JSON file beside a video', () => {
  let path: string
  beforeEach(async () => (path = await mkdtemp(join(tmpdir(), 'reelstate-json-'))))
  afterEach(() => rm(path, { recursive: true }))

  const backend = () => localBackend({ path, writeJson: true })
  const files = async () => (await readdir(path)).filter((name) => name !== '.reelstate-destination').sort()
  const json = async (name: string): Promise<Record<string, unknown>> =>
    JSON.parse(await readFile(join(path, name), 'utf8')) as Record<string, unknown>

  async function publish(over: Partial<Publication> = {}, to = backend()) {
    const opened = await to.open(publication(over), never)
    assert.ok(isRight(opened))
    const result = await opened.right.finalize(Buffer.from('one'), 3, never)
    await opened.right.close()
    assert.ok(isRight(result))
    return result.right.video_id
  }

  it('says what the video is, of what it was cut, and which bytes it has', async () => {
    const name = await publish({ attempt: 'attempt-1' })
    assert.deepEqual(await files(), ['The_raffle_part_1_2-video1-e1.json', 'The_raffle_part_1_2-video1-e1.ts'])
    const { published_at, ...described } = await json('The_raffle_part_1_2-video1-e1.json')
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
      // as sha256sum has it of the same bytes
      files: [{ name, bytes: 3, sha256: '7692c3ad3540bb803c020b3aee66cd8887123234ea0c6e7143c0add73ff431ed' }],
      modified_at: null,
    })
  })

  it('is not there where nobody asked for it', async () => {
    const name = await publish({}, localBackend({ path }))
    assert.deepEqual(await files(), [name])
  })

  it('goes with the video in every race between finalizing and aborting: there are both, or neither', async () => {
    for (let i = 0; i < 30; i++) {
      const opened = await backend().open(publication({ edit: `race${i}` }), never)
      assert.ok(isRight(opened))
      const session = opened.right
      const abort = async () => {
        for (let turns = 0; turns < i * 3; turns++) await new Promise(setImmediate)
        return backend().abort(session.reference, 3)
      }
      const [finalized] = await Promise.all([session.finalize(Buffer.from('one'), 3, never), abort()])
      await session.close()
      await backend().forget(session.reference)
      const stem = `The_raffle_part_1_2-video1-race${i}`
      const there = (await files()).filter((name) => name.startsWith(`${stem}.`) || name.startsWith('.'))
      assert.deepEqual(there, isRight(finalized) ? [`${stem}.json`, `${stem}.ts`] : [])
    }
  })

  it('is there as soon as the video is', async () => {
    let seen = 0
    let going = true
    const looking = (async () => {
      while (going) {
        const names = await files()
        const videos = names.filter((name) => name.endsWith('.ts'))
        for (const video of videos) assert.ok(names.includes(video.replace(/ts$/, 'json')), names.join(' '))
        seen = videos.length
      }
    })()
    for (let i = 0; i < 20; i++) await publish({ edit: `e${i}` })
    while (seen < 20) await new Promise(setImmediate)
    going = false
    await looking
  })

  const changed = { title: 'The raffle', description: 'Nobody', tags: [], public: false }

  for (const [type, make] of [
    ['local', localBackend],
    ['archive', archiveBackend],
  ] as const)
    it(`shows a later modification, of ${type}: readers see the old one or the new one, and the rest stays`, async () => {
      const to = make({ path, writeJson: true })
      const name = await publish({}, to)
      const file = type === 'archive' ? join(name, `${name}.json`) : name.replace(/ts$/, 'json')
      const before = await json(file)
      let going = true
      const titles = new Set<unknown>()
      const reading = (async () => {
        while (going) titles.add((await json(file))['title'])
      })()
      for (let i = 0; i < 20; i++) {
        const title = i === 19 ? changed.title : `${i}`.repeat(50_000)
        assert.deepEqual(await to.update?.(name, { ...changed, title }, null), right('shown'))
      }
      going = false
      await reading
      assert.ok(titles.size > 1, [...titles].join())
      const { modified_at, ...after } = await json(file)
      assert.ok(Math.abs(Date.parse(String(modified_at)) - Date.now()) < 60_000)
      const { modified_at: never_, ...rest } = before
      assert.equal(never_, null)
      assert.deepEqual(after, { ...rest, ...changed })
      // what it shows already is not written
      await to.update?.(name, changed, null)
      assert.equal((await json(file))['modified_at'], modified_at)
      assert.deepEqual(
        (await files()).filter((one) => one.startsWith('.')),
        [],
      )
    })

  it('leaves a draft about where its node is killed, which an upload takes away an hour later', async () => {
    const [old, young] = ['.modified-old', '.modified-young']
    for (const name of [old, young]) await writeFile(join(path, name), '{}')
    const hourAgo = new Date(Date.now() - 3_700_000)
    await utimes(join(path, old), hourAgo, hourAgo)
    await publish()
    assert.deepEqual(
      (await files()).filter((name) => name.startsWith('.')),
      [young],
    )
  })

  it('is left alone where it is none of ours, and cannot be changed where there is none', async () => {
    const name = await publish({}, localBackend({ path }))
    assert.ok(!('update' in localBackend({ path })))
    const refused = async () => {
      const updated = (await backend().update?.(name, changed, null)) ?? assert.fail()
      assert.ok(isLeft(updated) && !updated.left.retryable)
      assert.match(updated.left.message, /-e1\.json is not there, or none of ours/)
    }
    await refused()
    assert.deepEqual(await files(), [name])
    const foreign = name.replace(/ts$/, 'json')
    await writeFile(join(path, foreign), '{"title": "mine"}')
    await refused()
    assert.deepEqual(await json(foreign), { title: 'mine' })
  })

  it('says of a video that is not there that it is missing', async () => {
    for (const wrong of ['gone.ts', '../etc/passwd', '.reelstate-destination', ''])
      assert.deepEqual(await backend().update?.(wrong, changed, null), right('missing'))
  })

  it('is not said to be missing by a node whose folder is another one', async () => {
    const session = await backend().open(publication(), never)
    assert.ok(isRight(session))
    const { destination } = session.right
    await session.right.close()
    assert.deepEqual(await backend().update?.('gone.ts', changed, destination), right('missing'))
    const elsewhere = (await backend().update?.('gone.ts', changed, 'another folder')) ?? assert.fail()
    assert.ok(isLeft(elsewhere) && !elsewhere.left.retryable)
    assert.match(elsewhere.left.message, new RegExp(`is ${destination}, it was published into another folder$`))
  })
})
