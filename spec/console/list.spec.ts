import assert from 'node:assert/strict'
import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from 'playwright-core'
import { createVideo, saveDraft } from '../../src/log/commands.js'
import { countsByState } from '../../src/log/counts.js'
import { readHistory } from '../../src/log/read.js'
import { byName } from '../http/api/asked.js'
import { openWorkplace, type Workplace } from '../http/workplace.js'
import { type OpenPage, openPage } from '../support/browser.js'
import { watchComplaints } from './page.js'

const patience = { timeout: 60_000 }
const failing = 120
const waiting = ['rain', 'quilt', 'song']

describe('the console’s list', function () {
  this.timeout(300_000)
  let place: Workplace
  let browser: OpenPage
  let page: Page
  before(async () => {
    place = await openWorkplace({ signIn: byName })
    for (const id of waiting) await place.edited(id, `About the ${id}`)
    for (let n = 0; n < failing; n++) await fails(`many-${n}`)
    browser = await openPage({ extraHTTPHeaders: { authorization: 'Bearer ann:operator' } })
    page = browser.page
    page.setDefaultTimeout(patience.timeout)
  })
  after(async () => {
    await browser[Symbol.asyncDispose]()
    await place[Symbol.asyncDispose]()
  })

  async function fails(id: string): Promise<void> {
    await place.edited(id, `Moment ${id}`)
    await place.append(id, 'Failed', { attempt: null, cause: `segment ${id}.ts is damaged`, proof: null })
  }
  const go = (path: string) => page.goto(`${place.url}${path}`)
  const rows = () => page.locator('.video-rows tbody tr')
  const dialog = () => page.getByRole('dialog')
  const query = () => Object.fromEntries(new URL(page.url()).searchParams)
  /** Waits until the list has so many rows. */
  async function has(count: number): Promise<void> {
    await rows()
      .nth(count - 1)
      .waitFor()
    await rows().nth(count).waitFor({ state: 'detached' })
  }

  it('has its filters in the address: Back takes each back, and a link leads to the same view', async () => {
    const complaints = watchComplaints(page)
    await go('/videos')
    await page.getByRole('button', { name: 'FAILED 120' }).click()
    await page.getByRole('combobox', { name: 'Waits for' }).selectOption({ label: 'an operator' })
    await page.getByRole('combobox', { name: 'In its state' }).selectOption({ label: 'for a day at the most' })
    await page.getByLabel('Search').pressSequentially('many-11')
    // 11 and 110 to 119
    await has(11)
    const wanted = { state: 'FAILED', waits_for: 'operator', max_age: '86400', text: 'many-11' }
    assert.deepEqual(query(), wanted)
    assert.equal(await page.locator('h1 small').textContent(), '11 match')
    await page.reload()
    await has(11)
    assert.equal(await page.getByLabel('Search').inputValue(), 'many-11')
    await page.goBack()
    await has(100)
    assert.equal(await page.getByLabel('Search').inputValue(), '')
    await page.goBack()
    await page.waitForURL(`${place.url}/videos?state=FAILED&waits_for=operator`)
    await page.goBack()
    await page.goBack()
    assert.deepEqual(query(), {})
    await go('/videos?error_line=segment+%E2%80%A6+is+damaged&order=state')
    await page.getByText('error line: segment … is damaged').waitFor()
    await page.locator('.video-rows tbody tr:first-child', { hasText: 'Moment many-0' }).waitFor()
    await page.getByRole('button', { name: 'Clear filters' }).click()
    await page.locator('.video-rows tbody tr:first-child', { hasText: 'Moment many-119' }).waitFor()
    assert.deepEqual(query(), {})
    assert.deepEqual(complaints, [])
  })

  it('says above its columns what they are, and beside each value where they are stacked', async () => {
    await using own = await openPage({ viewport: { width: 1280, height: 720 } })
    own.page.setDefaultTimeout(patience.timeout)
    await own.page.goto(`${place.url}/videos?text=About+the+quilt`)
    const row = own.page.getByRole('row', { name: 'About the quilt' })
    await row.getByRole('rowheader', { name: 'About the quilt' }).waitFor()
    const headings = await own.page.getByRole('columnheader').allTextContents()
    assert.deepEqual(headings, ['Chosen', 'State', 'Video', 'Waits for', 'Location, node', 'Last edited'])
    const [, state, ...others] = await row.getByRole('cell').allInnerTexts()
    assert.match(state ?? '', /^EDITED\s+for \d+ s$/)
    assert.deepEqual(others.slice(0, 2), ['a node', 'local'])
    assert.match(others[2] ?? '', /^\d\d:\d\d:\d\d\s+somebody$/)
    await own.page.setViewportSize({ width: 390, height: 844 })
    await own.page.getByRole('columnheader').first().waitFor({ state: 'hidden' })
    const stacked = await row.innerText()
    assert.match(stacked, /waits for a node\s+location local\s+edited \d\d:\d\d:\d\d\s+by somebody/)
  })

  it('can be limited to any editor there is, not only those of the videos that are shown', async () => {
    await createVideo(place.db, 'lone', { description: 'Of somebody else' }, { actor: null })
    await saveDraft(place.db, 'lone', { video_title: 'Of somebody else' }, { actor: 'zoe' })
    await go('/videos?state=FAILED')
    await has(100)
    const editors = page.getByRole('combobox', { name: 'Editor' })
    await editors.selectOption('zoe')
    await page.getByText('No video matches now.').waitFor()
    await page.getByRole('button', { name: 'Clear filters' }).waitFor()
    assert.deepEqual(query(), { state: 'FAILED', editor: 'zoe' })
    await editors.selectOption('somebody')
    await has(100)
  })

  it('says what is wrong with an address that asks for what there is not', async () => {
    await go('/videos?state=NOWHERE')
    await page.getByRole('alert').filter({ hasText: 'values that are not allowed' }).waitFor()
  })

  it('goes from page to page, each with an address of its own', async () => {
    await go('/videos?state=FAILED')
    await has(100)
    await page.getByRole('button', { name: 'Next page' }).click()
    await has(20)
    await page.reload()
    await has(20)
    assert.equal(await page.locator('h1 small').textContent(), '120 match')
    await page.getByRole('button', { name: 'Page before' }).click()
    await has(100)
    await page.goBack()
    await has(20)
    await page.getByRole('button', { name: 'First page' }).click()
    await has(100)
  })

  it('follows what happens, without being loaded anew', async () => {
    await go('/videos?text=arrival')
    await page.getByText('No video matches now.').waitFor()
    await place.edited('new', 'A late arrival')
    await page.locator('.video-rows tbody tr', { hasText: 'A late arrival' }).locator('.chip.blue').waitFor()
    await place.append('new', 'Reset', { force: false, reason: null })
    await page.locator('.video-rows tbody tr', { hasText: 'A late arrival' }).locator('.chip.grey').waitFor()
  })

  it('is used by keyboard alone, and keeps nobody from using it', async () => {
    await go('/videos?state=FAILED')
    await has(100)
    await page.keyboard.press('j')
    await page.keyboard.press('j')
    await page.keyboard.press('x')
    await page.getByText('1 chosen').waitFor()
    assert.equal(await page.locator('.video-rows tbody tr.chosen').getAttribute('data-id'), 'many-118')
    await page.keyboard.press('k')
    await page.keyboard.press('x')
    await page.getByText('2 chosen').waitFor()
    await page.getByRole('button', { name: 'Reset…' }).press('Enter')
    await page.getByRole('button', { name: 'Reset: 2 videos' }).waitFor()
    const { violations } = await new AxeBuilder({ page }).analyze()
    assert.deepEqual(
      violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id} ${html.slice(0, 160)}`)),
      [],
    )
    await page.keyboard.press('Escape')
    await dialog().waitFor({ state: 'detached' })
    assert.equal((await readHistory(place.db, 'many-119')).length, 3)
    await page.keyboard.press('/')
    assert.equal(await page.evaluate('document.activeElement.type'), 'search')
  })

  it('asks before it does anything to all that match, on however many pages, and tells what became of each', async () => {
    await go('/videos?editor=somebody')
    await has(100)
    await page.getByLabel('all on this page').check()
    await page.getByText('100 chosen').waitFor()
    await page.getByRole('button', { name: 'Choose all 123 that match' }).click()
    await page.getByText('All 123 that match are chosen').waitFor()
    await page.getByRole('button', { name: 'Try again…' }).click()
    await dialog().getByText('120 would be done, 3 refused').waitFor()
    await dialog().getByRole('heading', { name: 'Try again: 123 videos?' }).waitFor()
    assert.equal((await countsByState(place.db))['FAILED'], failing)
    await dialog().getByRole('button', { name: 'Try again: 120 videos' }).click()
    await dialog().getByText('120 done, 3 refused').waitFor()
    await dialog().getByRole('heading', { name: 'Try again: what became of them' }).waitFor()
    assert.equal(await dialog().locator('[data-outcome=done]').count(), failing)
    const refused = await dialog().locator('[data-outcome=refused]').allTextContents()
    assert.equal(refused.length, waiting.length)
    for (const text of refused) assert.match(text, /refused: video \w+ is EDITED: Retried is not possible/)
    await dialog().getByRole('button', { name: 'Close' }).click()
    await page.getByRole('button', { name: 'FAILED 0' }).waitFor()
    await page.locator('.video-rows tbody tr:first-child .chip.blue').waitFor()
    const [first, other] = await Promise.all(
      ['many-3', 'many-119'].map(async (id) => (await readHistory(place.db, id)).at(-1)),
    )
    assert.deepEqual([first?.type, first?.actor, other?.cause], ['Retried', 'ann', first?.cause])
    assert.match(String(first?.cause), /^bulk /)
  })

  it('does nothing where something has moved since it asked, and asks anew', async () => {
    await go('/videos?text=About+the')
    await has(3)
    await page.getByLabel('all on this page').check()
    await page.getByRole('button', { name: 'Reset…' }).click()
    await page.getByLabel('Reason').fill('wrong day')
    await dialog().getByRole('button', { name: 'Reset: 3 videos' }).waitFor()
    await place.append('rain', 'Claimed', { attempt: 'rain-1', attempts_limit: 3, why: null })
    await dialog().getByRole('button', { name: 'Reset: 3 videos' }).click()
    await dialog().getByText('Something has moved meanwhile; nothing was done.').waitFor()
    assert.equal((await readHistory(place.db, 'quilt')).at(-1)?.type, 'Edited')
    await dialog().getByRole('cell', { name: 'CLAIMED.PREPARING → UNEDITED' }).waitFor()
    await dialog().getByRole('button', { name: 'Reset: 3 videos' }).click()
    await dialog().getByText('3 done, 0 refused').waitFor()
    const last = (await readHistory(place.db, 'rain')).at(-1)
    assert.deepEqual([last?.type, last?.actor, last?.data], ['Reset', 'ann', { force: false, reason: 'wrong day' }])
  })

  it('says what is needed to whoever may not', async () => {
    const { length: before } = await readHistory(place.db, 'quilt')
    await using stranger = await openPage()
    await stranger.page.goto(`${place.url}/videos?text=About+the`)
    await stranger.page.getByLabel('Choose About the quilt').check(patience)
    await stranger.page.getByRole('button', { name: 'Reset…' }).click()
    const refusal = stranger.page.getByRole('dialog').getByRole('alert')
    await refusal.filter({ hasText: 'Not signed in. It takes somebody with the role operator.' }).waitFor(patience)
    assert.equal(await stranger.page.getByRole('button', { name: 'Reset', exact: true }).isDisabled(), true)
    assert.equal((await readHistory(place.db, 'quilt')).length, before)
  })

  it('keeps whoever has begun it to its end: no link, no key and no step back cuts it off unasked', async () => {
    for (const id of ['held-1', 'held-2']) await place.edited(id, `Held ${id}`)
    await using own = await openPage({ extraHTTPHeaders: { authorization: 'Bearer ann:operator' } })
    own.page.setDefaultTimeout(patience.timeout)
    await own.page.addInitScript(halfAnswered)
    await own.page.goto(`${place.url}/`)
    await own.page.getByRole('link', { name: 'Videos' }).first().click()
    await own.page.getByLabel('Search').fill('Held')
    await own.page.getByText('2 match').waitFor()
    await own.page.locator('.video-rows tbody tr').nth(2).waitFor({ state: 'detached' })
    await own.page.getByLabel('all on this page').check()
    await own.page.getByRole('button', { name: 'Reset…' }).click()
    const asked = own.page.getByRole('dialog')
    await asked.getByRole('button', { name: 'Reset: 2 videos' }).click()
    await asked.getByRole('heading', { name: 'Reset: 1 so far…' }).waitFor()
    assert.equal(await asked.getByRole('link').count(), 0)
    for (let i = 0; i < 2; i++) await own.page.keyboard.press('Escape')
    assert.equal(await asked.getByRole('button', { name: 'Close' }).isDisabled(), true)
    const question = own.page.waitForEvent('dialog')
    const stepped = own.page.evaluate('history.go(-2)')
    const asking = await question
    assert.match(asking.message(), /the rest would be left out/)
    await asking.dismiss()
    await stepped
    await own.page.evaluate('goOn()')
    await asked.getByText('2 done, 0 refused').waitFor()
    assert.equal(await asked.getByRole('link').count(), 2)
    await asked.getByRole('button', { name: 'Close' }).click()
    await asked.waitFor({ state: 'detached' })
  })

  it('offers to choose no more than a command can be given to', async () => {
    await using own = await openPage()
    await own.page.route(
      ({ pathname }) => pathname === '/api/videos',
      async (route) => {
        const response = await route.fetch()
        const told = (await response.json()) as object
        await route.fulfill({ response, json: { ...told, total: { count: 10_000, isExact: false } } })
      },
    )
    await own.page.goto(`${place.url}/videos?text=Moment`)
    await own.page.getByLabel('all on this page').check(patience)
    await own.page.getByText('more than 10000 match; 2,000 at most can be chosen at once.').waitFor(patience)
    assert.equal(await own.page.getByRole('button', { name: /^Choose all/ }).count(), 0)
  })
})

/** In the page: of the answer to a command to many the first line comes, and the others once `goOn()` is called. */
const halfAnswered = `{
  const real = fetch
  globalThis.fetch = async (path, ...more) => {
    const answer = await real(path, ...more)
    if (!/bulk.reset$/.test(String(path))) return answer
    const [first, ...others] = (await answer.text()).split('\\n')
    const bytes = (text) => new TextEncoder().encode(text)
    const body = new ReadableStream({
      async start(to) {
        to.enqueue(bytes(first + '\\n'))
        await new Promise((go) => (globalThis.goOn = go))
        to.enqueue(bytes(others.join('\\n')))
        to.close()
      },
    })
    return new Response(body, { status: answer.status, headers: answer.headers })
  }
}`
