import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { pathToFileURL } from 'node:url'
import type { Page } from 'playwright-core'
import { registerNode } from '../../src/log/nodes.js'
import { keepBoard } from '../../src/service/boardKeeping.js'
import { openWorkplace, type Workplace } from '../http/workplace.js'
import { type OpenPage, openPage } from '../support/browser.js'
import { liveInEveryState, offerLocations } from './everyState.js'
import { watchComplaints } from './page.js'

const patience = { timeout: 60_000 }
const videoChart = '.chart-whole:not(.fleet *)'
const sees = (page: Page, selector: string, hasText: string) =>
  page.locator(selector).filter({ hasText }).first().waitFor(patience)

/** As text: what the compiler helps itself with does not exist in the page. Texts, boxes and labels that lie over one another. */
const overlaps = `[...document.querySelectorAll('svg.chart')].flatMap((chart) => {
  const shown = [...chart.querySelectorAll('text')].map((text) => [text.textContent, text.getBoundingClientRect()])
  const grounds = [...chart.querySelectorAll('.box, .label-ground')].map((ground) => [
    ground.parentElement.querySelector('title').textContent.split('\\n')[0],
    ground.getBoundingClientRect(),
  ])
  const over = (all) => all.flatMap(([name, a], i) => all.slice(i + 1).flatMap(([other, b]) =>
    a.left < b.right - 0.5 && b.left < a.right - 0.5 && a.top < b.bottom - 0.5 && b.top < a.bottom - 0.5 ? [name + ' over ' + other] : []))
  return [...over(shown), ...over(grounds)]
})`

describe('the board', function () {
  this.timeout(240_000)
  let place: Workplace
  let browser: OpenPage
  let page: Page
  let complaints: string[]
  before(async () => {
    place = await openWorkplace()
    await liveInEveryState(place.db)
    await offerLocations(place.db)
    while ((await keepBoard(place.db)) < 1_000);
    browser = await openPage({ viewport: { width: 1280, height: 720 } })
    ;({ page } = browser)
    complaints = watchComplaints(page)
  })
  after(async () => {
    await browser[Symbol.asyncDispose]()
    await place[Symbol.asyncDispose]()
  })
  afterEach(() => assert.deepEqual(complaints.splice(0), []))

  const open = async () => {
    await page.goto(place.url)
    await page.locator('.fleet .chart').nth(1).waitFor(patience)
    await page.locator(`${videoChart} .heat`).first().waitFor(patience)
    // before that nobody knows how many there are
    await page.locator('.time-standing.live').waitFor(patience)
  }
  /** What each state's box says of how many there are. */
  const countsShown = () =>
    page.evaluate<Record<string, number>>(`Object.fromEntries([...document.querySelectorAll('svg.chart')[0]
      .querySelectorAll('a[data-state]')].map((box) => [box.dataset.state, Number(box.querySelector('.count')?.textContent ?? 0)]))`)
  const listed = async (state: string) => {
    const response = await fetch(`${place.url}/api/videos?state=${state}&limit=1000`)
    return ((await response.json()) as { videos: unknown[] }).videos.length
  }
  const atPoint = (state: string) => `${videoChart} [data-state=${state}]`

  it('follows a video through its life without being loaded anew, and its counts are those of the list', async () => {
    await open()
    await page.evaluate('globalThis.neverLoadedAnew = true')
    const before = await countsShown()
    const sees1More = (state: string) => sees(page, `${atPoint(state)} .count`, String((before[state] ?? 0) + 1))
    await place.edited('lives')
    await sees1More('EDITED')
    const attempt = 'lives-1'
    await place.append('lives', 'Claimed', { attempt, attempts_limit: 3, why: null })
    await sees1More('CLAIMED')
    await place.append('lives', 'UploadOpened', { attempt, destination: 'session' })
    await place.append('lives', 'FinalizeStarted', { attempt, bytes: 1_000, receipt: null })
    await sees1More('FINALIZING')
    const published = { attempt, video_id: 'lives', video_link: 'https://example.org/lives' }
    await place.append('lives', 'Uploaded', { ...published, processing: true })
    await sees1More('TRANSCODING')
    await place.append('lives', 'Processed', { video_id: 'lives' })
    await sees1More('DONE')
    const shown = await countsShown()
    assert.deepEqual({ ...before, DONE: (before['DONE'] ?? 0) + 1 }, shown)
    for (const [state, count] of Object.entries(shown)) assert.equal(count, await listed(state), state)
    assert.equal(await page.evaluate('globalThis.neverLoadedAnew'), true)
  })

  it('leads by a click on a state to the list of exactly the videos that are in it', async () => {
    await open()
    const { FAILED = 0 } = await countsShown()
    await page.locator(atPoint('FAILED')).click(patience)
    await page.waitForURL('**/videos?state=FAILED')
    await page.locator('.video-rows tbody tr').first().waitFor(patience)
    assert.equal(await page.locator('.video-rows tbody tr').count(), FAILED)
  })

  it('says how long videos stay in a state, marks where the oldest stays too long and where people are needed, and what moves', async () => {
    const age = (days: number) =>
      place.db.query(
        `update reelstate.videos set state_since = state_since - make_interval(days => $1) where id =
           (select id from reelstate.videos where state = 'EDITED' order by state_since limit 1)`,
        [days],
      )
    await age(1)
    await open()
    await sees(page, `${atPoint('EDITED')} .figures`, 'oldest 1 d')
    await sees(page, `${atPoint('EDITED')} .figures`, '95 % ≤')
    await page.locator(`${atPoint('EDITED')}[data-heat="3"]`).waitFor(patience)
    assert.equal(await page.locator(`${atPoint('EDITED')} .heat .hot`).count(), 3)
    // as the log has it again
    await age(-1)
    // who has arrived may stay
    assert.equal(await page.locator(`${atPoint('DONE')} .figures`).count(), 0)
    const { flow } = (await (await fetch(`${place.url}/api/board`)).json()) as {
      flow: { from: string | null; to: string; moves: number }[]
    }
    const claims = flow.find(({ from, to }) => from === 'EDITED' && to === 'CLAIMED')?.moves
    await sees(page, `${videoChart} [data-way="EDITED CLAIMED"] .flow`, `×${claims}`)
    const badge = (state: string) =>
      page.evaluate<string>(`getComputedStyle(document.querySelector('a[data-state=${state}] .count-ground')).fill`)
    const red = await badge('FAILED')
    assert.deepEqual([await badge('UNCERTAIN'), await badge('REJECTED')], [red, red])
    assert.notEqual(await badge('EDITED'), red)
  })

  it('has no text, box or label over another one on a small laptop, with all that is live in it', async () => {
    await open()
    assert.ok(Number(await page.locator('svg.chart text').count()) > 60)
    assert.deepEqual(await page.evaluate(overlaps), [])
    const { width, scale } = await page.evaluate<{ width: number; scale: number }>(`(() => {
      const svg = document.querySelector('svg.chart')
      const { width } = svg.getBoundingClientRect()
      return { width, scale: width / svg.viewBox.baseVal.width }
    })()`)
    assert.ok(width <= 1280 && scale > 0.8, `${width} wide, at ${scale}`)
  })

  it('saves the chart as a file that opens by itself and looks as it did', async () => {
    await open()
    const waiting = page.waitForEvent('download', patience)
    await page.locator(videoChart).getByRole('button', { name: 'Save as SVG' }).click()
    const download = await waiting
    assert.equal(download.suggestedFilename(), 'reelstate-chart.svg')
    const file = await download.path()
    const text = await readFile(file, 'utf8')
    assert.doesNotMatch(text, /var\(|url\(|<style|<script|class=|href|http:\/\/(?!www\.w3\.org\/)|https:/)
    const shown = await page.evaluate<string>(
      `[...document.querySelectorAll('svg.chart')[0].querySelectorAll('text')].map((text) => text.textContent).join('|')`,
    )
    await using other = await openPage()
    const asked: string[] = []
    other.page.on('request', (request) => asked.push(request.url()))
    const copy = `${file}.svg`
    await download.saveAs(copy)
    await other.page.goto(pathToFileURL(copy).href)
    assert.deepEqual(asked, [pathToFileURL(copy).href])
    const found = await other.page.evaluate<{
      root: string
      texts: string
      sizes: string[]
      unpainted: number
    }>(`(() => {
      const texts = [...document.querySelectorAll('text')]
      return {
        root: document.documentElement.localName,
        texts: texts.map((text) => text.textContent).join('|'),
        sizes: texts.map((text) => getComputedStyle(text).fontSize),
        unpainted: [...document.querySelectorAll('rect, path, text')].filter((each) => !each.hasAttribute('fill')).length,
      }
    })()`)
    assert.deepEqual([found.root, found.unpainted], ['svg', 0])
    assert.equal(found.texts, shown)
    assert.ok(found.sizes.includes('13.5px') && found.sizes.includes('11px'), found.sizes.join())
  })

  it('shows a dead node and a paused location in the charts of their kinds, and that the node is back', async () => {
    await registerNode(place.db, { name: 'node-dead', host: 'h', pid: 1, version: '1', locations: {} })
    const beatAgo = (seconds: number, isIt = true) =>
      place.db.query(
        `update reelstate.nodes set beat_at = clock_timestamp() - make_interval(secs => $1) where (name = 'node-dead') = $2`,
        [seconds, isIt],
      )
    // nothing of the spec takes so long that the others are silent meanwhile
    await beatAgo(-3_600, false)
    await beatAgo(200)
    await open()
    await sees(page, '[data-fleet=node] [data-state=SILENT] .count', '1')
    await sees(page, '[data-fleet=node] .fleet-members', 'node-dead SILENT for 3 min')
    await sees(page, '[data-fleet=location] [data-state=PAUSED] .count', '1')
    await sees(page, '[data-fleet=location] [data-state=READY] .count', '1')
    await page.locator('[data-fleet=location] [data-state=PAUSED]').click(patience)
    await sees(page, '[data-fleet=location] .fleet-members', 'PAUSED: 1 of 2')
    assert.equal(await page.locator('[data-fleet=location] .fleet-members').getByRole('link').count(), 2)
    await page.locator('[data-fleet=location] .fleet-members', { hasText: 'yt-main' }).waitFor(patience)
    await beatAgo(-3_600)
    await sees(page, '[data-fleet=node] .fleet-members', 'node-dead RUNNING')
    await page.locator('[data-fleet=node] [data-state=SILENT].vacant').waitFor(patience)
  })
})
