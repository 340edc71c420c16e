import assert from 'node:assert/strict'
import { isRight } from 'fp-ts/lib/Either.js'
import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from 'playwright-core'
import { linesOf, runsOf } from '../../src/console/coverage/hour.js'
import { placeOf } from '../../src/console/settings/days.js'
import { signInWith } from '../../src/http/signIn/signIn.js'
import { noteFilled } from '../../src/log/filledHoles.js'
import { addKey } from '../../src/log/keys.js'
import { Covering } from '../../src/service/covering.js'
import { openWorkplace, type Workplace } from '../http/workplace.js'
import { type OpenPage, openPage } from '../support/browser.js'
import { type HoursOnDisk, hoursOnDisk, minutes, named } from '../support/hours.js'
import { edit } from '../support/moment.js'
import { watchComplaints } from './page.js'

const patience = { timeout: 60_000 }

describe('the coverage in the console', function () {
  this.timeout(300_000)
  let place: Workplace
  let own: Awaited<ReturnType<Workplace['serve']>>
  let browser: OpenPage
  let page: Page
  let complaints: string[]
  const disks: HoursOnDisk[] = []

  before(async () => {
    place = await openWorkplace()
    const { db } = place
    own = await place.serve({
      signIn: signInWith({ db, idTokens: null, readsAreClosed: false }),
      editing: { bustimeStart: '2026-01-31T17:30:00.000Z' } as never,
    })
    const [berlin, york] = [await hoursOnDisk(), await hoursOnDisk()]
    disks.push(berlin, york)
    await berlin.put('main/source/2026-01-31T18', [...minutes(3, 12), named(722, 58, 'partial')])
    await berlin.put('main/source/2026-01-31T20', minutes())
    await berlin.put('main/720p/2026-01-31T20', minutes())
    await york.put('main/source/2026-01-31T18', minutes(12))
    await york.put('main/source/2026-01-31T19', [...minutes(), named(90, 60)])
    for (const [i, node] of ['berlin', 'york'].entries())
      await new Covering({
        ...{ db, node, root: disks[i]?.root ?? '', everySeconds: 300, now: () => Date.now() + 3_600_000 },
        ...{ warn: () => undefined, stopping: new AbortController().signal },
      }).look()
    browser = await openPage({ viewport: { width: 1280, height: 720 } })
    ;({ page } = browser)
    complaints = watchComplaints(page)
  })
  after(async () => {
    await browser[Symbol.asyncDispose]()
    for (const disk of disks) await disk[Symbol.asyncDispose]()
    await place[Symbol.asyncDispose]()
  })
  const hour = (node: string, name: string) => page.locator(`[data-node=${node}] [data-hour="${name}"]`)
  const says = (text: string | RegExp) => page.locator('.hour-detail').filter({ hasText: text }).waitFor(patience)
  /** And york has had its footage since. */
  const publishedWithHole = async (id: string, title: string) => {
    await place.edited(id, title)
    const attempt = `${id}-1`
    await place.append(id, 'Claimed', { attempt, attempts_limit: 3, why: null })
    await place.append(id, 'UploadOpened', { attempt, destination: 'folder' })
    await place.append(id, 'FinalizeStarted', { attempt, bytes: 1, receipt: null })
    const link = `https://example.org/${id}`
    await place.append(id, 'Uploaded', { attempt, video_id: id, video_link: link, processing: false })
    const { rows } = await place.db.query<{ edit_time: Date }>('select edit_time from reelstate.videos where id = $1', [
      id,
    ])
    const hole = { start: '2026-01-31T18:03:00.000Z', end: '2026-01-31T18:04:00.000Z', missingSeconds: 0 }
    const editTime = rows[0]?.edit_time.toISOString() ?? ''
    await noteFilled(place.db, 'york', { video: id, editTime }, [hole])
  }
  const axe = async () =>
    assert.deepEqual(
      (await new AxeBuilder({ page }).analyze()).violations.flatMap(({ id, nodes }) =>
        nodes.map(({ html }) => `${id} ${html}`),
      ),
      [],
    )

  it('says of an hour what it comes to where the pointer is, or the focus', async () => {
    await page.goto(`${own.url}/coverage#of=main/source`)
    await hour('berlin', '2026-01-31T18').hover(patience)
    await says('raw98.27 % (3538.0 s), 2 holes')
    await says('editable98.27 % (3538.0 s), 2 holes')
    await says('segments58 full, 1 partial')
    assert.equal(await hour('berlin', '2026-01-31T18').textContent(), '2')
    assert.equal(await hour('berlin', '2026-01-31T20').textContent(), '')
    await hour('york', '2026-01-31T18').focus()
    await says('98.33 % (3540.0 s), 1 hole')
    await page.keyboard.press('ArrowRight')
    await says('overlaps1 full')
    await axe()
  })

  it('shows an hour’s holes near at hand, and who else has them', async () => {
    await hour('berlin', '2026-01-31T18').click()
    const holes = page.locator('.hour-zoom .holes li')
    await holes.first().waitFor(patience)
    assert.deepEqual(
      await holes.evaluateAll((all) =>
        all.map((one) => [...one.querySelectorAll('time')].map((time) => time.dateTime)),
      ),
      [
        ['2026-01-31T18:03:00.000Z', '2026-01-31T18:04:00.000Z'],
        ['2026-01-31T18:12:00.000Z', '2026-01-31T18:12:02.000Z'],
      ],
    )
    assert.match((await holes.first().textContent()) ?? '', /\(60\.0 s\); york has it$/)
    assert.doesNotMatch((await holes.last().textContent()) ?? '', /york has it/)
    assert.equal(await page.locator('.zoom-line .piece.m').count(), 2)
    assert.match(page.url(), /hour=berlin%402026-01-31T18/)
    await axe()
    await page.keyboard.press('x')
    await page.locator('.hour-zoom').waitFor({ ...patience, state: 'detached' })
  })

  it('speaks of the stream’s time to those who want it, by one key', async () => {
    const day = page.locator('[data-node=berlin] .day').first()
    assert.equal(await day.textContent(), '2026-01-31')
    for (const name of ['local time', 'stream time']) {
      await page.keyboard.press('t')
      await page
        .locator('.node-hours h2')
        .filter({ hasText: `days in ${name}` })
        .first()
        .waitFor(patience)
    }
    assert.equal(await day.textContent(), 'from 0 h')
    await hour('berlin', '2026-01-31T18').focus()
    await says('hour0:30:00')
    await page.keyboard.press('t')
  })

  it('offers to cut a published video again whose hole was filled later, here and on its page', async () => {
    await publishedWithHole('holed', 'The bus stops')
    await page.goto(`${own.url}/coverage`)
    const filled = page.locator('[data-filled=holed]')
    await filled.filter({ hasText: 'The bus stops' }).filter({ hasText: 'is at york since' }).waitFor(patience)
    await axe()
    const made = await addKey(place.db, 'olga', ['operator'], { actor: 'spec' })
    assert.ok(isRight(made))
    await page.setExtraHTTPHeaders({ authorization: `Bearer ${made.right.secret}` })
    await page.goto(`${own.url}/videos/holed`)
    await filled.getByRole('button', { name: 'Cut it again' }).click(patience)
    await page.getByRole('dialog').filter({ hasText: 'listed as an orphan' }).waitFor(patience)
    const asked = page.getByRole('button', { name: 'Take it back, and edit it' })
    await page.getByRole('dialog').locator('.preview .chip', { hasText: 'UNEDITED' }).waitFor(patience)
    assert.equal(await asked.isDisabled(), true)
    await page.getByLabel('Reason').fill('the minute at 18:03 was found')
    await asked.click()
    await page.waitForURL('**/edit/holed')
    const events = (await (await fetch(`${own.url}/api/videos/holed/events?after=6`)).json()) as {
      events: { type: string; actor: string; state: string; data: unknown }[]
    }
    assert.deepEqual(
      events.events.map(({ type, actor, state, data }) => [type, actor, state, data]),
      [['Reset', 'key olga', 'UNEDITED', { force: true, reason: 'the minute at 18:03 was found' }]],
    )
    assert.deepEqual(complaints, [])
  })

  it('takes back only the publication that was looked at, and says who was faster', async () => {
    await publishedWithHole('recut', 'The bus starts')
    await page.goto(`${own.url}/coverage`)
    await page.locator('[data-filled=recut]').getByRole('button', { name: 'Cut it again' }).click(patience)
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('Reason').fill('the minute at 18:03 was found')
    await dialog.locator('.preview').waitFor(patience)
    // somebody else has asked the same, and has submitted their edit by now
    await place.append('recut', 'Reset', { force: true, reason: 'found it' })
    await place.append('recut', 'Edited', { edit: { ...edit, video_title: 'The bus starts' } })
    await dialog.getByText('Somebody was faster; nothing of yours was done.').waitFor(patience)
    await dialog.getByText('What you wanted is not possible there.').waitFor(patience)
    assert.equal(await dialog.getByRole('button', { name: 'Take it back, and edit it' }).isDisabled(), true)
    await page.locator('[data-filled=recut]').waitFor({ ...patience, state: 'detached' })
    await dialog.getByRole('button', { name: 'Leave it' }).click()
    await dialog.waitFor({ ...patience, state: 'detached' })
  })

  it('fits a phone', async () => {
    await page.setViewportSize({ width: 390, height: 844 })
    await page.goto(`${own.url}/coverage#of=main/source&hour=berlin@2026-01-31T18`)
    await page.locator('.hour-zoom .holes li').first().waitFor(patience)
    assert.equal(await page.evaluate('document.documentElement.scrollWidth'), 390)
    const box = await hour('berlin', '2026-01-31T18').boundingBox()
    assert.ok(box !== null && box.width >= 24 && box.height >= 24, JSON.stringify(box))
  })
})

describe('an hour of footage as the console draws it', () => {
  it('is cut into lines of ten minutes, and what nobody tells of is missing', () => {
    const lines = linesOf(runsOf('f270m60n1'))
    assert.deepEqual(lines[0], [
      { kind: 'f', from: 0, seconds: 540 },
      { kind: 'm', from: 540, seconds: 60 },
    ])
    assert.deepEqual(lines[1], [
      { kind: 'm', from: 0, seconds: 60 },
      { kind: 'n', from: 60, seconds: 2 },
      { kind: 'm', from: 62, seconds: 538 },
    ])
    assert.deepEqual(lines[5], [{ kind: 'm', from: 0, seconds: 600 }])
  })

  it('stands in the day of the scale that is chosen', () => {
    const at = Date.parse('2026-01-31T18:00:00Z')
    const start = Date.parse('2026-01-30T19:30:00Z')
    assert.deepEqual(placeOf(at, 'UTC', start), { dayMs: Date.parse('2026-01-31T00:00:00Z'), hour: 18 })
    assert.deepEqual(placeOf(at, 'stream', start), { dayMs: start, hour: 22 })
    assert.deepEqual(placeOf(at, 'stream', null), placeOf(at, 'UTC', null))
  })
})
