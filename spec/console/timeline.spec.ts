import assert from 'node:assert/strict'
import type { Page } from 'playwright-core'
import type { OpenPage } from '../support/browser.js'
import { openPage } from '../support/browser.js'
import { livedVideo } from '../support/log.js'
import { openWorkplace, type Workplace } from '../http/workplace.js'
import { liveLong } from './longLife.js'
import { watchComplaints } from './page.js'

const patience = { timeout: 60_000 }
const long = 5_000

interface Then {
  readonly state: string
  readonly row: Readonly<Record<string, unknown>>
  readonly effects: readonly { readonly type: string }[]
  readonly changed: readonly { readonly column: string; readonly from: unknown; readonly to: unknown }[]
}

/** What the page shows of a value: times as the log has them, of a range its beginning. */
function expected(value: unknown): string {
  if (typeof value === 'boolean') return value ? 'yes' : 'no'
  if (!Array.isArray(value)) return typeof value === 'string' ? value : JSON.stringify(value, null, 1)
  if (value.every(Array.isArray)) return value.map(([start]: unknown[]) => String(start)).join(' ')
  return value.join(', ')
}
const isNothing = (value: unknown): boolean =>
  value === null || value === '' || (Array.isArray(value) && value.every(isNothing))
const elsewhere = ['id', 'version', 'chart', 'snapshot']

/** Each field of the row as it is shown; times by what they are, whatever scale they are shown in. */
const shownRow = (page: Page): Promise<Record<string, string>> =>
  page.evaluate(`Object.fromEntries([...document.querySelectorAll('.facts-of dd')].map((field) => {
    const times = [...field.querySelectorAll('time')].map((time) => time.dateTime)
    return [field.dataset.field, times.length > 0 ? times.join(' ') : field.textContent]
  }))`)

describe('the life of a video in the console', function () {
  this.timeout(300_000)
  let place: Workplace
  let browser: OpenPage
  let page: Page
  let complaints: string[]
  before(async () => {
    place = await openWorkplace()
    await livedVideo(place.db, 'lived')
    await liveLong(place.db, 'long', long)
    browser = await openPage({ viewport: { width: 1280, height: 720 } })
    ;({ page } = browser)
    complaints = watchComplaints(page)
  })
  after(async () => {
    await browser[Symbol.asyncDispose]()
    await place[Symbol.asyncDispose]()
  })
  const sees = (selector: string, hasText: string | RegExp) =>
    page.locator(selector).filter({ hasText }).first().waitFor(patience)
  const at = async (version: number): Promise<Then> =>
    (await (await fetch(`${place.url}/api/videos/lived/at/${version}`)).json()) as Then

  it('is at each event exactly what the API says of it: row, diagram, effects and changes', async () => {
    await page.goto(`${place.url}/videos/lived#v=1`)
    for (const version of [1, 3, 5, 7, 12, 13]) {
      const slider = page.getByRole('slider', { name: 'Version' })
      await slider.fill(String(version))
      const then = await at(version)
      await page.locator(`.facts-of[data-version="${version}"] dl`).waitFor(patience)
      await sees('.moment h2', `Event ${version}:`)
      const wanted = Object.entries(then.row).filter(([name, value]) => !elsewhere.includes(name) && !isNothing(value))
      const shown = await shownRow(page)
      assert.deepEqual(
        Object.keys(shown),
        wanted.map(([name]) => name),
      )
      for (const [name, value] of wanted) assert.equal(shown[name], expected(value), name)
      const [top = ''] = then.state.split('.')
      await page.locator(`.chart [data-state=${top}].lit-here`).waitFor(patience)
      const effects = page.locator('.moment .effects code')
      if (then.effects.length === 0) assert.equal(await effects.count(), 0)
      else assert.equal(await effects.textContent(), then.effects.map(({ type }) => type).join(', '))
      await page.locator('.moment .changes, .moment > .quiet').first().waitFor(patience)
      const columns = await page
        .locator('.moment .changes tbody tr')
        .evaluateAll((rows) => rows.map((row) => row.getAttribute('data-column')))
      assert.deepEqual(
        columns,
        then.changed.map(({ column }) => column),
      )
      assert.equal(new URL(page.url()).hash, `#v=${version}`)
    }
    assert.deepEqual(complaints, [])
  })

  it('shows of its cut what it was then, too: nothing to preview before the edit, and no link before it was published', async () => {
    await page.goto(`${place.url}/videos/lived#v=1`)
    const slider = page.getByRole('slider', { name: 'Version' })
    const seen: [number, boolean, boolean][] = []
    for (const version of [1, 5, 12]) {
      await slider.fill(String(version))
      // what has been asked of the moment is there
      await page.locator(`.facts-of[data-version="${version}"] dl`).waitFor(patience)
      const cut = page.locator(`.cut[data-version="${version}"]`)
      await cut.getByRole('heading', { name: `The cut as at event ${version}` }).waitFor(patience)
      const previews = await cut.getByRole('button', { name: 'Preview the cut' }).count()
      const links = await cut.getByRole('link', { name: 'https://example.org/vid' }).count()
      seen.push([version, previews > 0, links > 0])
    }
    assert.deepEqual(seen, [
      [1, false, false],
      [5, true, false],
      [12, true, true],
    ])
    await page.getByRole('button', { name: 'To now' }).click()
    await page.getByRole('heading', { name: 'The cut', exact: true }).waitFor(patience)
    await sees('.cut a', 'https://example.org/vid')
  })

  it('says in the full view who did it, where, after how long, what it carried and what it changed', async () => {
    await page.goto(`${place.url}/videos/lived#v=7`)
    await sees('.event-line', 'Released')
    await page.getByRole('radio', { name: 'full' }).check()
    const released = page.locator('.timeline li[data-version="7"]')
    await released.locator('.changes').waitFor(patience)
    const said = await released.innerText()
    for (const one of ['by\nsomebody', 'on node\nnode-a', 'cause\nthe disk is full', 'after\n'])
      assert.ok(said.includes(one), one)
    const { changed } = await at(7)
    assert.equal(await released.locator('.changes tbody tr').count(), changed.length)
    await page.keyboard.press('m')
    await released.locator('.changes').waitFor({ ...patience, state: 'detached' })
  })

  it('shows only what failed, for those who ask, and stands in the address', async () => {
    await page.goto(`${place.url}/videos/lived`)
    await page.getByRole('button', { name: 'Failed only' }).click()
    await page.locator('.timeline li').first().waitFor(patience)
    await sees('.timeline button', 'Failed only (1)')
    assert.deepEqual(await page.locator('.timeline .what').allTextContents(), ['Released'])
    assert.equal(new URL(page.url()).hash, '#only=failed')
    await page.keyboard.press('f')
    await sees('.timeline .what', 'Modified')
  })

  it('plays on to now, and stops there', async () => {
    await page.goto(`${place.url}/videos/lived#v=12`)
    await sees('.scrubber output', 'as at 12 of 14')
    await page.keyboard.press('p')
    await sees('.scrubber output', 'now (14)')
    await page.getByRole('button', { name: 'Play' }).waitFor(patience)
  })

  it(`of ${long} events is opened in the middle, with few of them in the page or asked for`, async () => {
    const asked: string[] = []
    const note = (request: { url(): string }): void => {
      if (/\/events\?/.test(request.url())) asked.push(request.url())
    }
    page.on('request', note)
    await page.goto(`${place.url}/videos/long#v=4000`)
    await sees('.scrubber output', `as at 4000 of ${long}`)
    await sees('.moment h2', 'Event 4000:')
    await sees('.event-line[aria-current=step] .version', '4000')
    await sees('.event-line[aria-current=step] .what', 'UploadOpened')
    assert.ok((await page.locator('.timeline li').count()) < 60)
    assert.ok(asked.length < 10, asked.join('\n'))

    // on to where nobody has looked yet: what is there comes, and what was there before is gone from the page
    await page.locator('.timeline-frame').evaluate((frame) => frame.scrollTo(0, frame.scrollHeight))
    await sees('.timeline li[data-version="1"] .what', 'Created')
    assert.ok((await page.locator('.timeline li').count()) < 60)
    assert.equal(await page.locator('.timeline li[data-version="4000"]').count(), 0)
    await page.getByRole('slider', { name: 'Version' }).fill('2500')
    await sees('.moment h2', 'Event 2500:')
    await page.locator('.facts-of[data-version="2500"] dl').waitFor(patience)
    assert.equal(new URL(page.url()).hash, '#v=2500')

    await page.keyboard.press('f')
    await sees('.timeline button', `Failed only (${Math.floor((long - 2) / 3)})`)
    await page.locator('.timeline li .what').first().waitFor(patience)
    assert.deepEqual([...new Set(await page.locator('.timeline .what').allTextContents())], ['Released'])
    assert.ok((await page.locator('.timeline li').count()) < 60)
    page.off('request', note)
    assert.deepEqual(complaints, [])
  })

  it('leaves whoever reads further down where they are as it goes on, with what they read', async () => {
    const claimed = (attempt: string) =>
      place.append('long', 'Claimed', { attempt, attempts_limit: 3, why: null }, 'node-a')
    await claimed('later')
    await page.goto(`${place.url}/videos/long`)
    await sees('.timeline li .what', 'Claimed')
    const frame = page.locator('.timeline-frame')
    await frame.evaluate((one) => (one.scrollTop = 200))
    const line = page.locator(`.timeline li[data-version="${long + 1}"]`)
    await line.locator('.what').filter({ hasText: 'Claimed' }).waitFor(patience)
    // what is asked for from now on is not answered
    await page.route(/\/events\?/, () => undefined)
    await place.append('long', 'Reset', { force: false, reason: null })
    await page.locator(`.timeline li[data-version="${long + 2}"]`).waitFor(patience)
    await sees('.scrubber output', `now (${long + 2})`)
    assert.equal(await line.locator('.what').textContent(), 'Claimed')
    assert.ok((await frame.evaluate((one) => one.scrollTop)) >= 200)
    await page.unrouteAll({ behavior: 'ignoreErrors' })
  })
})
