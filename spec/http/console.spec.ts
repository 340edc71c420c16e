import assert from 'node:assert/strict'
import { gzipSync } from 'node:zlib'
import { pagePaths } from '../../src/http/console/paths.js'
import { openWorkplace, type Workplace } from './workplace.js'

describe('what the console is served as', function () {
  this.timeout(240_000)
  let place: Workplace
  before(async () => {
    place = await openWorkplace()
  })
  after(() => place[Symbol.asyncDispose]())

  const get = (path: string, headers: Record<string, string> = {}) => fetch(`${place.url}${path}`, { headers })
  const addresses = (page: string): string[] =>
    [...page.matchAll(/(?:src|href)="(\/console\/[^"]+)"/g)].map(([, at]) => at ?? '')

  it('is one page at each of its paths, asked for anew each time', async () => {
    const pages = await Promise.all(
      pagePaths.map(async (path) => {
        const response = await get(path.replace(':id', 'one'))
        assert.equal(response.status, 200, path)
        assert.equal(response.headers.get('content-type'), 'text/html; charset=utf-8')
        assert.equal(response.headers.get('cache-control'), 'no-cache')
        return response.text()
      }),
    )
    assert.equal(new Set(pages).size, 1)
    const tag = (await get('/')).headers.get('etag') ?? ''
    assert.equal((await get('/', { 'if-none-match': tag })).status, 304)
  })

  it('lets nothing in the page run or be shown but files of its own', async () => {
    const response = await get('/')
    const rules = response.headers.get('content-security-policy') ?? ''
    assert.match(rules, /default-src 'none'/)
    assert.match(rules, /script-src 'self'(;|$)/)
    assert.match(rules, /style-src 'self'(;|$)/)
    const page = await response.text()
    assert.ok(!/<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=/i.test(page), page)
    assert.ok(!/https?:\/\//.test(page), 'nothing comes from elsewhere')
  })

  it('is files that never change', async () => {
    for (const path of addresses(await (await get('/')).text())) {
      const response = await get(path)
      assert.equal(response.status, 200, path)
      assert.match(path, /-[\w-]{8}\.(js|css|svg)$/)
      assert.equal(response.headers.get('cache-control'), 'public, max-age=31536000, immutable')
    }
    assert.equal((await get('/console/gone-12345678.js')).status, 404)
    assert.equal((await get('/console/..%2f..%2fpackage.json')).status, 404)
  })

  /** What the page asks for before it shows anything, with all that this imports at once. */
  async function firstScripts(): Promise<ReadonlyMap<string, string>> {
    const scripts = new Map<string, string>()
    const read = async (path: string): Promise<void> => {
      if (scripts.has(path)) return
      const text = await (await get(path)).text()
      scripts.set(path, text)
      for (const [, name] of text.matchAll(/(?:import|from)\s*["']\.\/([\w.-]+\.js)["']/g))
        await read(`/console/${name}`)
    }
    for (const path of addresses(await (await get('/')).text())) if (path.endsWith('.js')) await read(path)
    return scripts
  }

  it('needs at most 250 kB, compressed, of scripts before it shows anything', async () => {
    const scripts = await firstScripts()
    const bytes = [...scripts.values()].reduce((sum, text) => sum + gzipSync(text).length, 0)
    assert.ok(scripts.size > 0 && bytes <= 250_000, `${bytes} bytes`)
  })

  it('loads the player, and what lays diagrams out, only where they are needed', async () => {
    const first = [...(await firstScripts()).values()]
    // words of theirs that no minifier changes, among which is one of React’s, without which nothing is seen
    for (const [library, word, isFirst] of [
      ['react', 'react.transitional.element', true],
      ['hls.js', 'hlsMediaAttaching', false],
      ['elkjs', 'org.eclipse.elk', false],
    ] as const)
      assert.equal(
        first.some((text) => text.includes(word)),
        isFirst,
        library,
      )
  })

  it('comes compressed for whoever takes that, and as it is for others', async () => {
    const [path = ''] = addresses(await (await get('/')).text())
    assert.equal((await get(path, { 'accept-encoding': 'gzip' })).headers.get('content-encoding'), 'gzip')
    assert.equal((await get(path, { 'accept-encoding': 'identity' })).headers.get('content-encoding'), null)
    assert.equal((await get(path, { 'accept-encoding': 'gzip;q=0' })).headers.get('content-encoding'), null)
  })
})
