import assert from 'node:assert/strict'
import { AxeBuilder } from '@axe-core/playwright'
import { isRight } from 'fp-ts/lib/Either.js'
import type { Locator, Page } from 'playwright-core'
import { possible } from '../../machines/decide.js'
import { isByHand } from '../../machines/remedies.js'
import { registerNode } from '../../src/log/nodes.js'
import { readCurrent, readHistory } from '../../src/log/read.js'
import { asking, byName } from '../http/api/asked.js'
import { openWorkplace, type Workplace } from '../http/workplace.js'
import { type OpenPage, openPage } from '../support/browser.js'
import { edit } from '../support/moment.js'

const patience = { timeout: 60_000 }

describe('what can be done about a video, in the console', function () {
  this.timeout(300_000)
  let place: Workplace
  let browser: OpenPage
  let page: Page
  before(async () => {
    place = await openWorkplace({ signIn: byName })
    const locations = { local: { type: 'local', cut: 'fast' } }
    await registerNode(place.db, { name: 'node-a', host: 'here', pid: 1, version: '1', locations })
    browser = await openPage({ extraHTTPHeaders: { authorization: 'Bearer ann:operator+editor' } })
    page = browser.page
    page.setDefaultTimeout(patience.timeout)
  })
  after(async () => {
    await browser[Symbol.asyncDispose]()
    await place[Symbol.asyncDispose]()
  })

  const go = (path: string) => page.goto(`${place.url}${path}`)
  const lastOf = async (id: string) => (await readHistory(place.db, id)).at(-1)
  const bob = () => asking(place.url, 'bob:operator+editor')
  async function fails(id: string, cause = 'the disk is full'): Promise<void> {
    await place.edited(id)
    await place.append(id, 'Failed', { attempt: null, cause, proof: null })
  }
  async function finalizing(id: string): Promise<void> {
    await place.edited(id)
    await place.append(id, 'Claimed', { attempt: `${id}-1`, attempts_limit: 3, why: null })
    await place.append(id, 'UploadOpened', { attempt: `${id}-1`, destination: 'folder' })
    await place.append(id, 'FinalizeStarted', { attempt: `${id}-1`, bytes: 10, receipt: null })
  }
  async function published(id: string): Promise<void> {
    await finalizing(id)
    const video_link = `https://example.org/${id}`
    await place.append(id, 'Uploaded', { attempt: `${id}-1`, video_id: id, video_link, processing: false })
  }
  /** Opens what can be done about a video that needs a person. */
  async function opened(id: string): Promise<Locator> {
    await go('/attention')
    const row = page.locator(`.attention-row[data-id=${id}]`)
    await row.getByRole('button', { name: /^What to do/ }).click()
    return row
  }

  it('is nothing where all is well; trouble is shown as it comes, that of one reason together', async () => {
    await go('/attention')
    await page.getByText('All is well: no video waits for a person.').waitFor()
    await fails('one', 'segment 12:03.ts is damaged')
    await fails('two', 'segment 14:07.ts is damaged')
    await place.edited('holed')
    await place.append('holed', 'Warned', { kind: 'holes', message: 'no segments from 10:02:14 on' })
    const group = page.locator('.attention', { hasText: 'segment … is damaged' })
    await group.getByText('2 videos').waitFor()
    await group.getByText('segment 14:07.ts is damaged').waitFor()
    await page.locator('.attention', { hasText: 'No node has all of its footage. 1 video' }).waitFor()
    assert.equal(await page.getByText('All is well: no video').count(), 0)

    // to all of a group at once, and the page shows it at once
    await group.getByRole('button', { name: 'Reset…' }).click()
    await page.getByRole('button', { name: 'Reset: 2 videos' }).click()
    await page.getByText('2 done, 0 refused').waitFor()
    await page.getByRole('button', { name: 'Close' }).click()
    await group.waitFor({ state: 'detached' })
  })

  it('is exactly what the chart takes from people then, in any state', async () => {
    await place.edited('ready')
    await published('shown')
    await published('refused')
    await place.append('refused', 'Rejected', { video_id: 'refused', cause: 'too long' })
    await published('out')
    await place.append('out', 'ThumbnailFailed', { video_id: 'out', cause: 'too large' })
    await finalizing('busy')
    await fails('failed')
    await published('left')
    await place.append('left', 'Reset', { force: true, reason: null })
    for (const id of ['ready', 'shown', 'refused', 'out', 'busy', 'failed', 'left']) {
      await go(`/videos/${id}`)
      await page.locator('.remedies li').first().waitFor()
      const read = await readCurrent(place.db, id)
      assert.ok(isRight(read) && read.right.snapshot !== null)
      const chart = possible(read.right.snapshot, read.right.now).filter(isByHand)
      const events = await page
        .locator('.remedies li')
        .evaluateAll((found: { dataset: { event?: string } }[]) => found.map(({ dataset }) => dataset.event))
      assert.deepEqual([...events].sort(), [...chart].sort(), id)
    }
  })

  it('unsticks by force from the page alone, with a reason, in the name of who did it', async () => {
    await finalizing('lost')
    await place.append('lost', 'FinalizeUnknown', { attempt: 'lost-1', cause: 'nothing is known of it' })
    const row = await opened('lost')
    await row.getByText('It waits for an operator, since nothing is known of it').waitFor()
    await row.getByRole('button', { name: 'Reset by force…' }).click()
    const form = row.getByRole('form', { name: 'Reset by force' })
    await form.locator('.preview .chip', { hasText: 'UNEDITED' }).waitFor()
    assert.equal(await form.getByRole('button', { name: 'Reset by force' }).isDisabled(), true)
    const { violations } = await new AxeBuilder({ page }).analyze()
    assert.deepEqual(
      violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id} ${html.slice(0, 160)}`)),
      [],
    )
    await form.getByLabel('Reason').fill('looked there, nothing')
    await page.keyboard.press('Enter')
    await page.getByText(/Reset by force done to/).waitFor()
    await page.locator('.attention.error .attention-row[data-id=lost]').waitFor({ state: 'detached' })
    const last = await lastOf('lost')
    assert.deepEqual(
      [last?.type, last?.actor, last?.data],
      ['Reset', 'ann', { force: true, reason: 'looked there, nothing' }],
    )
    // what may be published is left behind, and is shown as such
    await page.locator('.attention.orphans .attention-row[data-id=lost]').waitFor()
  })

  it('offers the way back where the chart has one', async () => {
    await place.edited('mistaken')
    await go('/videos/mistaken')
    await page.getByRole('button', { name: 'Reset…' }).click()
    await page.getByRole('form').getByRole('button', { name: 'Reset', exact: true }).click()
    await page.locator('.video-head .chip.grey').waitFor()
    await page.getByRole('button', { name: 'Undo: Edit anew, back to EDITED' }).click()
    await page.locator('.video-head .chip.blue').waitFor()
    const last = await lastOf('mistaken')
    assert.deepEqual(
      [last?.type, last?.actor, (last?.data as { edit: unknown }).edit],
      ['Edited', 'ann', { ...edit, video_title: 'The title of mistaken' }],
    )
    await go('/videos/shown')
    await page.getByRole('button', { name: 'Reset by force…' }).click()
    await page.getByLabel('Reason').fill('the wrong one')
    await page.getByRole('form').getByRole('button', { name: 'Reset by force' }).click()
    await page.getByRole('button', { name: 'Undo: Adopt an orphan, back to DONE' }).click()
    await page.locator('.video-head .chip.green').waitFor()
    assert.equal((await lastOf('shown'))?.type, 'OrphanAdopted')
  })

  it('offers no way back where there is none', async () => {
    await fails('once')
    const row = await opened('once')
    await row.getByRole('button', { name: 'Try again…' }).click()
    await row.getByRole('form').getByRole('button', { name: 'Try again' }).click()
    const done = page.locator('.done', { hasText: 'Try again done to' })
    await done.locator('.chip', { hasText: 'EDITED' }).waitFor()
    await done.getByRole('button', { name: /^Seen/ }).click()
    await done.waitFor({ state: 'detached' })
    assert.equal((await lastOf('once'))?.type, 'Retried')
  })

  it('says that somebody was faster, as soon as it is known, and does nothing until the person has looked again', async () => {
    await fails('both')
    const row = await opened('both')
    await row.getByRole('button', { name: 'Reset…' }).click()
    await row.locator('.preview').waitFor()
    await bob()('POST', '/api/videos/both/edited', { ...edit, video_title: 'The title of both' })
    await place.append('both', 'Failed', { attempt: null, cause: 'the disk is full', proof: null })
    await row.getByText('Somebody was faster; nothing of yours was done. Edited by bob came first.').waitFor()
    const form = row.getByRole('form')
    assert.equal(await form.getByRole('button', { name: 'Reset', exact: true }).isDisabled(), true)
    await form.getByRole('button', { name: 'Look again' }).click()
    await form.getByRole('button', { name: 'Reset', exact: true }).click()
    await page
      .getByText(/Reset done to/)
      .first()
      .waitFor()
    assert.deepEqual([(await lastOf('both'))?.type, (await lastOf('both'))?.actor], ['Reset', 'ann'])
  })

  it('says it, too, where the node is the first to know', async () => {
    await fails('deaf')
    // a page that hears nothing of what happens
    await page.route('**/api/stream*', (route) => route.abort())
    const row = await opened('deaf')
    await row.getByRole('button', { name: 'Reset…' }).click()
    await row.locator('.preview').waitFor()
    await page.route('**/api/videos/deaf/reset', async (route) => {
      await bob()('POST', '/api/videos/deaf/retried')
      await route.continue()
    })
    await row.getByRole('form').getByRole('button', { name: 'Reset', exact: true }).click()
    await row.getByText('Retried by bob came first.').waitFor()
    await page.unrouteAll()
    assert.deepEqual([(await lastOf('deaf'))?.type, (await lastOf('deaf'))?.actor], ['Retried', 'bob'])
  })

  it('says nothing of others while its own answer is still to come', async () => {
    await fails('slow')
    await go('/videos/slow')
    await page.getByRole('button', { name: 'Reset…' }).click()
    const form = page.getByRole('form')
    await form.locator('.preview').waitFor()
    let said = ''
    await page.route('**/api/videos/slow/reset', async (route) => {
      const response = await route.fetch()
      // what was done is known to the page before it is answered
      await page.locator('.why').filter({ hasNotText: 'the disk is full' }).waitFor()
      said = await form.innerText()
      await route.fulfill({ response })
    })
    await form.getByRole('button', { name: 'Reset', exact: true }).click()
    await page.getByText(/Reset done to/).waitFor()
    await page.unrouteAll()
    assert.doesNotMatch(said, /Somebody was faster/)
    assert.match(said, /UNEDITED/)
  })

  it('never says that nothing was done where the answer was lost', async () => {
    await fails('unheard')
    await go('/videos/unheard')
    await page.getByRole('button', { name: 'Reset…' }).click()
    const form = page.getByRole('form')
    await form.locator('.preview').waitFor()
    await page.route('**/api/videos/unheard/reset', async (route) => {
      await route.fetch()
      await route.abort()
    })
    await form.getByRole('button', { name: 'Reset', exact: true }).click()
    await form.getByText('The node does not answer: whether it was done is not known.').waitFor()
    await form.getByText('Something was done since you looked. Reset by ann came next. It is UNEDITED now.').waitFor()
    assert.equal(await form.getByText('nothing of yours was done').count(), 0)
    await page.unrouteAll()
  })

  it('says what is needed to whoever may not, and changes nothing', async () => {
    await fails('shut')
    for (const [who, said] of [
      [null, 'Not signed in. It takes somebody with the role operator.'],
      [
        'ed:editor',
        'Not allowed. It takes somebody with the role operator.ed is signed in, but has not the role operator',
      ],
    ] as const) {
      await using other = await openPage(who === null ? {} : { extraHTTPHeaders: { authorization: `Bearer ${who}` } })
      await other.page.goto(`${place.url}/videos/shut`)
      await other.page.getByRole('button', { name: 'Try again…' }).click(patience)
      await other.page.getByRole('alert').filter({ hasText: said }).waitFor(patience)
      assert.equal(await other.page.getByRole('form').getByRole('button', { name: 'Try again' }).isDisabled(), true)
    }
    assert.equal((await lastOf('shut'))?.type, 'Failed')
  })
})
