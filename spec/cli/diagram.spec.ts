import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { video } from '../../machines/video.js'
import { each, json, lines, reelstate } from './program.js'
import { type Workplace, workplace } from './workplace.js'

describe('reelstate diagram', function () {
  this.timeout(60_000)
  let place: Workplace
  before(async () => {
    place = await workplace()
  })
  after(() => place.remove())

  it('draws every state of the machine in every format', async () => {
    const formats = ['mermaid', 'json', 'svg', 'markdown']
    const drawn = await each(formats, (format) => reelstate(['diagram', '--format', format]))
    for (const [i, { code, stdout, stderr }] of drawn.entries()) {
      assert.equal(code, 0, stderr)
      for (const state of Object.keys(video.states)) assert.ok(stdout.includes(state), `${formats[i]}: ${state}`)
    }
    const [mermaid, asJson, svg, markdown] = drawn.map(({ stdout }) => stdout)
    assert.match(mermaid ?? '', /^stateDiagram-v2\n/)
    const { initial, states } = JSON.parse(asJson ?? '') as { initial: string; states: { parent: string | null }[] }
    assert.equal(initial, 'UNEDITED')
    assert.equal(states.filter(({ parent }) => parent === null).length, Object.keys(video.states).length)
    assert.match(svg ?? '', /^<svg xmlns=/)
    assert.match(svg ?? '', /<\/svg>\s*$/)
    assert.match(markdown ?? '', /^#+ /m)
  })

  it('is one JSON value with --json, whatever the format', async () => {
    const [plain, mermaid] = await each(
      [
        ['diagram', '--json'],
        ['--json', 'diagram', '--format', 'mermaid'],
      ],
      (args) => reelstate(args),
    )
    assert.ok(plain && mermaid)
    assert.equal(json<{ initial: string }>(plain).initial, 'UNEDITED')
    assert.match(json<{ text: string }>(mermaid).text, /^stateDiagram-v2/)
  })

  it('--check passes for a file that it has written, and fails for one that is stale or not there', async () => {
    const file = `${place.folder}/chart.mmd`
    const check = ['diagram', '--check', '-o', file]
    const missing = await reelstate(check)
    assert.equal(missing.code, 1)
    assert.match(
      missing.stderr,
      /chart\.mmd is stale: reelstate diagram --format mermaid -o .*chart\.mmd makes it anew\n$/,
    )

    assert.deepEqual(json(await reelstate(['diagram', '-o', file, '--json'])), { file, format: 'json' })
    assert.equal((await reelstate(['diagram', '-o', file])).code, 0)
    assert.match(await readFile(file, 'utf8'), /^stateDiagram-v2/)
    assert.equal((await reelstate(check)).code, 0)

    await place.file('chart.mmd', 'stateDiagram-v2\n')
    assert.equal((await reelstate(check)).code, 1)
    assert.equal(await readFile(file, 'utf8'), 'stateDiagram-v2\n')
  })

  it('refuses a format that there is not, and --check without a file', async () => {
    const outcomes = await each([['--format', 'png'], ['--check']], (args) => reelstate(['diagram', ...args]))
    for (const { code, stdout, stderr } of outcomes) {
      assert.equal(code, 2)
      assert.equal(stdout, '')
      assert.equal(lines(stderr).length, 1)
    }
    assert.match(outcomes[0]?.stderr ?? '', /'png'.*mermaid, json, svg, markdown/)
    assert.match(outcomes[1]?.stderr ?? '', /--output/)
  })
})
