import assert from 'node:assert/strict'
import type { Page } from 'playwright-core'
import { keepBoard } from '../../src/service/boardKeeping.js'
import { openWorkplace, type Workplace } from '../http/workplace.js'
import { type OpenPage, openPage } from '../support/browser.js'
import { fillMany } from '../support/manyVideos.js'
import { until } from '../support/processes.js'
import { watchComplaints } from './page.js'

const patience = { timeout: 60_000 }
const hourMs = 3_600_000

describe('the board of the past', function () {
  this.timeout(240_000)
  let place: Workplace
  let browser: OpenPage
  let page: Page
  let complaints: string[]
  let firstMs: number
  before(async () => {
    place = await openWorkplace({}, false)
    await fillMany(place.db, { videos: 40, eventsEach: 8, hours: 48 })
    while ((await keepBoard(place.db)) < 1_000);
    const { rows } = await place.db.query<{ first: Date }>('select min(recorded_at) as first from reelstate.events')
    firstMs = rows[0]?.first.getTime() ?? Number.NaN
    browser = await openPage({ viewport: { width: 1280, height: 720 } })
    ;({ page } = browser)
    complaints = watchComplaints(page)
  })
  after(async () => {
    await browser[Symbol.asyncDispose]()
    await place[Symbol.asyncDispose]()
  })
  afterEach(() => assert.deepEqual(complaints.splice(0), []))

  const textOf = (ms: number) => new Date(ms).toISOString().replace('.000Z', 'Z')
  const shows = (ms: number) => page.locator(`[data-shown="${textOf(ms)}"]`).waitFor(patience)
  const addressNames = (ms: number) =>
    page.waitForURL(({ hash }) => new URLSearchParams(hash.slice(1)).get('at') === textOf(ms), patience)
  /** The instant that is shown, once it is there. */
  const shown = async (): Promise<number> =>
    Date.parse((await page.locator('[data-shown]').getAttribute('data-shown', patience)) ?? '')
  const open = async (hash: string) => {
    await page.goto('about:blank')
    await page.goto(`${place.url}/${hash}`)
  }
  const countsShown = () =>
    page.evaluate<Record<string, number>>(`Object.fromEntries([...document.querySelectorAll('svg.chart')[0]
      .querySelectorAll('a[data-state].occupied')].map((box) => [box.dataset.state, Number(box.querySelector('.count').textContent)]))`)
  /** The last event of each video until then, as the log has it. */
  const logThen = async (ms: number) => {
    const { rows } = await place.db.query<{ id: string; state: string }>(
      `select distinct on (stream) substr(stream, 7) as id, split_part(state, '.', 1) as state from reelstate.events
       where recorded_at <= $1 and stream like 'video/%' order by stream, version desc`,
      [new Date(ms)],
    )
    return rows
  }
  const countsThen = async (ms: number) => {
    const counts: Record<string, number> = {}
    for (const { state } of await logThen(ms)) counts[state] = (counts[state] ?? 0) + 1
    return counts
  }
  const wholeSecond = (ms: number) => Math.floor(ms / 1_000) * 1_000
  const hoursIn = (hours: number) => wholeSecond(firstMs) + hours * hourMs

  it('is what the log says, at any instant that the address names', async () => {
    for (const hours of [0.5, 3.5, 17, 30, 47]) {
      await open(`#at=${textOf(hoursIn(hours))}`)
      await shows(hoursIn(hours))
      await page.locator('svg.chart a.occupied').first().waitFor(patience)
      const expected = await countsThen(hoursIn(hours))
      assert.ok(Object.keys(expected).length > 0)
      assert.deepEqual(await countsShown(), expected, `${hours} hours in`)
    }
  })

  it('cannot be taken for now: it says so, and its frame is another one', async () => {
    await open('')
    await page.locator('.time-standing.live').waitFor(patience)
    assert.equal(await page.locator('.the-past').count(), 0)
    await open(`#at=${textOf(hoursIn(24))}`)
    await page.locator('.the-past .time-standing', { hasText: 'The past' }).waitFor(patience)
    await page.locator('.time-standing', { hasText: /1 d ago|23 h \d+ min ago/ }).waitFor(patience)
    assert.equal(await page.locator('.cuts').count(), 0)
  })

  it('goes by keys to the event before and after, by minutes, hours, to the beginning, and back to live', async () => {
    await open(`#at=${textOf(hoursIn(10))}`)
    await shows(hoursIn(10))
    await page.keyboard.press('.')
    await shows(hoursIn(10) + 60_000)
    await page.getByRole('button', { name: 'An hour back' }).focus()
    await page.keyboard.press('PageUp')
    await shows(hoursIn(9) + 60_000)
    await page.keyboard.press(',')
    await shows(hoursIn(9))
    const { rows } = await place.db.query<{ before: Date; after: Date }>(
      `select (select max(recorded_at) from reelstate.events where recorded_at < $1) as before,
         (select min(recorded_at) from reelstate.events where recorded_at > $1) as after`,
      [new Date(hoursIn(9))],
    )
    await page.locator('[aria-label="To the next event"]:enabled').waitFor(patience)
    await page.keyboard.press('ArrowRight')
    await shows(rows[0]?.after.getTime() ?? 0)
    await page.locator('[aria-label="To the event before"]:enabled').waitFor(patience)
    await page.keyboard.press('ArrowLeft')
    await shows(rows[0]?.before.getTime() ?? 0)
    await page.getByRole('slider', { name: 'The time that is shown' }).focus()
    await page.keyboard.press('Home')
    await shows(firstMs)
    await page.keyboard.press('End')
    await page.locator('.time-standing.live').waitFor(patience)
    assert.equal(new URL(page.url()).hash, '')
  })

  it('leaves the keys that scroll to the page where the focus is elsewhere, and all to a chart that is scrolled', async () => {
    await open('#node=node-a')
    await page.locator('.time-standing.live').waitFor(patience)
    const steps = await page.evaluate<number>('history.length')
    await page.evaluate(`{
      window.taken = []
      addEventListener('keydown', ({ key, defaultPrevented }) => defaultPrevented && taken.push(key))
    }`)
    await page.locator('main').focus()
    for (const key of ['PageDown', 'End', 'PageUp', 'Home']) await page.keyboard.press(key)
    assert.deepEqual(await page.evaluate('taken'), [])
    // there is no minute after now: neither a step of the browser nor another address
    await page.keyboard.press('.')
    assert.deepEqual(await page.evaluate('taken'), ['.'])
    for (let n = 0; n < 5; n++) await page.getByRole('button', { name: 'Larger' }).first().click()
    await page.locator('.chart-frame').first().focus()
    for (const key of ['ArrowRight', 'ArrowLeft', 'Home']) await page.keyboard.press(key)
    assert.deepEqual(await page.evaluate('taken'), ['.'])
    await page.locator('.time-standing.live').waitFor(patience)
    assert.equal(new URL(page.url()).hash, '#node=node-a')
    assert.equal(await page.evaluate('history.length'), steps)
  })

  it('is dragged to with the slider, and the browser’s way back leads to now', async () => {
    await open('')
    const slider = page.getByRole('slider', { name: 'The time that is shown' })
    await slider.waitFor(patience)
    await slider.fill(String(20 * 3_600))
    await shows(firstMs + 20 * hourMs)
    // on and on, faster than it is answered: the last is what is shown
    for (const hours of [21, 22, 23, 24, 25]) await slider.fill(String(hours * 3_600))
    await shows(firstMs + 25 * hourMs)
    assert.deepEqual(await countsShown(), await countsThen(firstMs + 25 * hourMs))
    await addressNames(firstMs + 25 * hourMs)
    await page.goBack()
    await page.locator('.time-standing.live').waitFor(patience)
    await page.goForward()
    await shows(firstMs + 25 * hourMs)
  })

  it('is dragged to with the mouse, from live and in one go', async () => {
    await open('')
    const slider = page.getByRole('slider', { name: 'The time that is shown' })
    const box = await slider.boundingBox(patience)
    assert.ok(box !== null)
    const y = box.y + box.height / 2
    const whereAt = (part: number) => box.x + box.width * part
    await page.mouse.move(box.x + box.width - 8, y)
    await page.mouse.down()
    await page.mouse.move(whereAt(0.9), y, { steps: 4 })
    await page.locator('.time-standing', { hasText: 'The past' }).waitFor(patience)
    await page.mouse.move(whereAt(0.5), y, { steps: 8 })
    await page.mouse.up()
    const middle = (firstMs + Date.now()) / 2
    await until(async () => Math.abs((await shown()) - middle) < hourMs, 'the middle of the log is shown', 60)
    assert.equal(await slider.evaluate((one) => one.matches(':focus')), true)
  })

  it('is played from live: it begins where the log does, and goes on', async () => {
    await open('')
    await page.getByLabel('How fast it plays').selectOption('1 h/s')
    await page.getByRole('button', { name: 'Play' }).click()
    await until(async () => (await shown()) >= firstMs + hourMs, 'an hour has been played', 60)
    await page.getByRole('button', { name: 'Stop' }).click()
  })

  it('plays at the speed that is chosen, every step as the log has it, and stops', async () => {
    await open(`#at=${textOf(hoursIn(5))}`)
    await shows(hoursIn(5))
    await page.getByLabel('How fast it plays').selectOption('1 h/s')
    await page.keyboard.press('Escape')
    await page.getByRole('button', { name: 'Play' }).click()
    await until(async () => (await shown()) >= hoursIn(6), 'an hour has been played', 60)
    await page.getByRole('button', { name: 'Stop' }).click()
    await page.locator('[data-shown]').waitFor(patience)
    const at = await shown()
    assert.ok(at >= hoursIn(6) && (at - hoursIn(5)) % (hourMs / 4) === 0, textOf(at))
    assert.deepEqual(await countsShown(), await countsThen(at))
    await addressNames(at)
    assert.equal(await shown(), at)
  })

  it('lists what happened around the instant, and by a click on a state the videos that were in it then', async () => {
    const at = hoursIn(30)
    await open(`#at=${textOf(at)}`)
    await shows(at)
    const { rows } = await place.db.query<{ video: string }>(
      `select substr(stream, 7) as video from reelstate.events where recorded_at <= $1 order by recorded_at desc, position desc limit 12`,
      [new Date(at)],
    )
    await page.locator('.events .earlier tr').first().waitFor(patience)
    const earlier = await page.locator('.events .earlier .video code').allTextContents()
    assert.deepEqual(
      earlier,
      rows.map(({ video }) => video),
    )
    assert.equal(await page.locator('.events .later tr').count(), 5)
    const then = await logThen(at)
    const state = then[0]?.state ?? ''
    await page.locator(`svg.chart a[data-state=${state}]`).first().click(patience)
    await page.locator('.videos-then li').first().waitFor(patience)
    assert.deepEqual(
      (await page.locator('.videos-then code').allTextContents()).sort(),
      then.flatMap((video) => (video.state === state ? [video.id] : [])).sort(),
    )
    await page.locator('.videos-then a').first().click()
    await page.waitForURL(/\/videos\/v\d+#v=\d+$/)
    await page.goBack()
    await shows(at)
    await page.locator('.videos-then li').first().waitFor(patience)
  })
})
