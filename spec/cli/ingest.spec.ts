import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { makeStream } from '../segments/makeStream.js'
import { json, lines } from './program.js'
import { at, begins, type Workplace, workplace } from './workplace.js'

interface Ingested {
  readonly written: number
  readonly alreadyThere: number
  readonly start: string
  readonly end: string
}

describe('reelstate ingest', function () {
  this.timeout(60_000)
  let place: Workplace
  let source: string
  before(async () => {
    place = await workplace()
    source = await makeStream(join(place.folder, 'stream.ts'), { seconds: 6, gop: 50 })
  })
  after(() => place.remove())

  const contents = async (folder: string): Promise<Record<string, string>> => {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true })
    const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
    const hash = async (file: string) =>
      createHash('sha256')
        .update(await readFile(file))
        .digest('hex')
    return Object.fromEntries(await Promise.all(files.map(async (file) => [file, await hash(file)] as const)))
  }

  it('makes segments from the time that is given, needs no database, and run twice adds nothing', async () => {
    const args = ['ingest', source, '--channel', 'main', '--start', begins, '--json']
    const nowhere = { env: { DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none' } }
    const first = json<Ingested>(await place.run(args, nowhere))
    assert.equal(first.written, 3)
    assert.equal(first.start, at(0))
    assert.ok(Math.abs(Date.parse(first.end) - Date.parse(at(6))) < 100, first.end)
    const files = await contents(place.segments)
    assert.equal(Object.keys(files).length, 3)

    const second = json<Ingested>(await place.run(args))
    assert.deepEqual([second.written, second.alreadyThere], [0, 3])
    assert.deepEqual(await contents(place.segments), files)
  })

  it('asks for --start where the source does not say when it was', async () => {
    const { code, stdout, stderr } = await place.run(['ingest', source, '--channel', 'timeless'])
    assert.equal(code, 2)
    assert.equal(stdout, '')
    assert.equal(lines(stderr).length, 1)
    assert.match(stderr, /doesn't say when it begins: give its start time, as in --start \d{4}-/)
  })

  it('refuses a time that is none, and a channel or quality that leads out of the folder', async () => {
    const refused = async (says: RegExp, ...options: string[]) => {
      const outcome = await place.run(['ingest', source, ...options])
      assert.equal(outcome.code, 2, outcome.stderr)
      assert.match(outcome.stderr, says)
      assert.equal(lines(outcome.stderr).length, 1)
    }
    await Promise.all([
      refused(/--start: found "tonight"; allowed is a UTC time/, '--channel', 'main', '--start', 'tonight'),
      refused(/channel.*\.\.\/main/, '--channel', '../main', '--start', begins),
    ])
    await refused(/quality.*a\/b/, '--channel', 'main', '--quality', 'a/b', '--start', begins)
    assert.deepEqual(
      (await readdir(place.data)).filter((name) => name !== 'segments'),
      [],
    )
  })

  it('says in one line which source it cannot read', async () => {
    const outcome = await place.run(['ingest', 'nowhere.mp4', '--channel', 'main', '--start', begins])
    assert.equal(outcome.code, 1)
    assert.match(outcome.stderr, /^reelstate: nowhere\.mp4 can't be read: .*\n$/)
  })
})
