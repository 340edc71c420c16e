import assert from 'node:assert/strict'
import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from 'playwright-core'
import { openWorkplace, type Workplace } from '../http/workplace.js'
import { openPage } from '../support/browser.js'
import { liveInEveryState, offerLocations } from './everyState.js'
import { watchComplaints } from './page.js'

const patience = { timeout: 60_000 }

/** Each page, and what has to be there before it is looked at. */
const pages = [
  ['/', '.chart .occupied', '.cuts li'],
  ['/videos', '.video-rows tbody tr'],
  ['/videos/bus000021', '.chart .lit-here', '.event-line .what'],
  ['/videos/bus000021#v=2', '.scrubber .past', '.event-line .what'],
  ['/attention', '.attention-row'],
  ['/locations', 'tbody td'],
  ['/nodes', 'h1'],
  ['/coverage', 'h1'],
  ['/edit', 'h1'],
] as const

describe('the pages of the console', function () {
  this.timeout(600_000)
  let place: Workplace
  before(async () => {
    place = await openWorkplace()
    await liveInEveryState(place.db)
    await offerLocations(place.db)
  })
  after(() => place[Symbol.asyncDispose]())

  async function visit(page: Page, [path, ...seen]: readonly [string, ...string[]]): Promise<void> {
    await page.goto(`${place.url}${path}`)
    for (const selector of ['[data-standing=needy]', ...seen]) await page.locator(selector).first().waitFor(patience)
  }

  for (const colorScheme of ['light', 'dark'] as const)
    it(`have nothing that keeps anybody from using them, in ${colorScheme} colours`, async () => {
      await using browser = await openPage({ colorScheme, viewport: { width: 1280, height: 720 } })
      const { page } = browser
      const complaints = watchComplaints(page)
      for (const one of pages) {
        await visit(page, one)
        const { violations } = await new AxeBuilder({ page }).analyze()
        const found = violations.flatMap(({ id, nodes }) =>
          nodes.map(({ html }) => `${one[0]}: ${id} ${html.slice(0, 160)}`),
        )
        assert.deepEqual(found, [])
      }
      assert.deepEqual(complaints, [])
    })

  for (const colorScheme of ['light', 'dark'] as const)
    it(`can be read while they are cut off, in ${colorScheme} colours`, async () => {
      const own = await place.serve()
      await using browser = await openPage({ colorScheme, viewport: { width: 1280, height: 720 } })
      const board = browser.page
      const list = await board.context().newPage()
      await board.goto(own.url)
      await list.goto(`${own.url}/videos`)
      await board.locator('.cuts li').first().waitFor(patience)
      await list.locator('.live-number').first().waitFor(patience)
      await own.close()
      for (const [page, part] of [
        [board, '.cuts'],
        [board, 'header nav'],
        [list, '.state-filter'],
      ] as const) {
        await page.locator('[data-cut-off] .standing.cut-off').waitFor(patience)
        const of = new AxeBuilder({ page }).include(part).withRules('color-contrast')
        const { violations, incomplete } = await of.analyze()
        // what shines through from below a text leaves it incomplete
        const found = [...violations, ...incomplete].flatMap(({ nodes }) => nodes.map(({ html }) => html.slice(0, 160)))
        assert.deepEqual(found, [], part)
      }
    })

  for (const [name, width, height] of [
    ['a small laptop', 1280, 720],
    ['a phone', 390, 844],
    ['a small phone', 320, 640],
  ] as const)
    it(`fit the width of ${name}`, async () => {
      await using browser = await openPage({ viewport: { width, height } })
      for (const one of pages) {
        await visit(browser.page, one)
        const tooWide = await browser.page.evaluate(`document.documentElement.scrollWidth <= ${width} ? [] :
          [...document.querySelectorAll('body *')].filter((element) => element.getBoundingClientRect().right > ${width})
            .map(({ tagName, className }) => tagName + '.' + className)`)
        assert.deepEqual(tooWide, [], one[0])
      }
    })

  it('have every text of the chart inside its box, with all that is live in it', async () => {
    await using browser = await openPage()
    await visit(browser.page, pages[0])
    // as text: what the compiler helps itself with does not exist in the page
    const outside: unknown = await browser.page
      .evaluate(`[...document.querySelectorAll('.chart text')].flatMap((text) => {
      if (text.matches('.inner-label')) return []
      const own = text.matches('.flow') ? text.previousElementSibling : null
      const within = text.closest('.figures')?.parentElement ?? text.parentElement
      const ground = (own ?? within.querySelector('rect')).getBoundingClientRect()
      const { left, right, top, bottom } = text.getBoundingClientRect()
      const inside = left >= ground.left && right <= ground.right && top >= ground.top - 1 && bottom <= ground.bottom + 2
      return inside ? [] : [text.textContent]
    })`)
    assert.deepEqual(outside, [])
  })

  it('keep the colours and the scale of time that somebody has chosen', async () => {
    await using browser = await openPage({ colorScheme: 'light', timezoneId: 'Asia/Kolkata' })
    const { page } = browser
    const themeIs = (theme: string) => page.locator(`html[data-theme=${theme}]`).waitFor(patience)
    await visit(page, pages[0])
    await themeIs('light')
    await page.emulateMedia({ colorScheme: 'dark' })
    await themeIs('dark')
    await page.getByRole('button', { name: /^Colours/ }).click()
    await themeIs('light')
    await page.getByRole('radio', { name: 'local' }).check()
    await page.getByRole('columnheader', { name: 'Time (local time)' }).waitFor(patience)
    await page.reload()
    await themeIs('light')
    await page.getByRole('columnheader', { name: 'Time (local time)' }).waitFor(patience)
  })

  it('can be used by keyboard alone', async () => {
    await using browser = await openPage()
    const { page } = browser
    await visit(page, pages[0])
    await page.keyboard.press('Tab')
    assert.equal(await page.evaluate('document.activeElement.textContent'), 'Skip to the page')
    await page.keyboard.press('?')
    await page.getByRole('dialog', { name: 'Keys' }).waitFor(patience)
    await page.getByText('goes to Attention').waitFor(patience)
    await page.keyboard.press('Escape')
    await page.getByRole('dialog').waitFor({ ...patience, state: 'hidden' })
    await page.keyboard.press('g')
    await page.keyboard.press('v')
    await page.getByRole('heading', { name: 'Videos', level: 1 }).waitFor(patience)
    assert.equal(await page.evaluate('document.activeElement.id'), 'main')
    await page.keyboard.press('g')
    await page.keyboard.press('b')
    await page.locator('.chart [data-state=DONE]').waitFor(patience)
    await page.locator('.chart [data-state=DONE]').focus()
    await page.keyboard.press('Enter')
    await page.waitForURL('**/videos?state=DONE')
  })
})
