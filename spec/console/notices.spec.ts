import assert from 'node:assert/strict'
import type { ShownEvent } from '../../src/http/feed.js'
import { needsOf, nothingTold, toldOf } from '../../src/console/notices/needs.js'
import { openWorkplace } from '../http/workplace.js'
import { openPage } from '../support/browser.js'
import { until } from '../support/processes.js'
import { TcpProxy } from '../support/tcpProxy.js'
import { watchComplaints } from './page.js'

const patience = { timeout: 60_000 }

/** Notes each notification as the browser makes it, which shows it itself to nobody where nobody sits before it. */
const noting = `{
  window.noted = []
  const Real = Notification
  window.Notification = class extends Real {
    constructor(title, options) {
      super(title, options)
      window.noted.push({ title, ...options, click: () => this.dispatchEvent(new Event('click')) })
    }
  }
}`

describe('notifications of the console', function () {
  this.timeout(240_000)

  it('tell those who asked for it, once, that a video needs a person, and lead there', async () => {
    await using place = await openWorkplace()
    await using browser = await openPage()
    const { page } = browser
    const complaints = watchComplaints(page)
    await page.addInitScript(noting)
    const fail = async (video: string, attempt: string) => {
      await place.append(video, 'Claimed', { attempt, attempts_limit: 3, why: null })
      await place.append(video, 'Failed', { attempt, cause: 'the disk is full', proof: null })
    }
    const noted = (): Promise<{ title: string; body: string; tag: string }[]> => page.evaluate('window.noted')
    // by the page's own rules no text is run in it that waits there
    const told = (count: number) => until(async () => (await noted()).length >= count, `${count} are told of`, 60)
    const needy = (count: number) =>
      page
        .locator('.standing.needy')
        .filter({ hasText: `${count} need` })
        .waitFor(patience)

    await place.edited('before', 'What failed before')
    await fail('before', 'b-1')
    await page.goto(place.url)
    await needy(1)
    const button = page.getByRole('button', { name: 'Have a notification tell' })
    // none but those that are named: the person has refused
    await page.context().grantPermissions([], { origin: place.url })
    await button.click(patience)
    await page
      .getByRole('alert')
      .filter({ hasText: 'No notifications: the browser’s settings refuse' })
      .waitFor(patience)

    await page.context().grantPermissions(['notifications'], { origin: place.url })
    await button.click()
    await page.getByRole('button', { name: 'turn that off' }).waitFor(patience)
    await place.edited('one', 'The raffle')
    await fail('one', 'a-1')
    await told(1)
    // it stays in its state, whatever else happens to it: nothing new
    await place.append('one', 'SourceChanged', { source: { notes: 'look again' } })
    await place.edited('two', 'The quilt')
    await fail('two', 'a-2')
    await told(2)
    assert.deepEqual(
      (await noted()).map(({ title, tag }) => [title, tag]),
      [
        ['The raffle needs a person', 'one FAILED'],
        ['The quilt needs a person', 'two FAILED'],
      ],
    )
    assert.match((await noted())[0]?.body ?? '', /^It is FAILED since Failed\./)
    // whose state is no error
    await place.edited('three', 'The poem')
    await place.append('three', 'Warned', { kind: 'holes', message: 'no node has all of it' })
    await told(3)
    const left = { attempt: 'gone', upload_location: 'local', video_id: 'o', video_link: 'https://example.org/o' }
    await place.append('three', 'OrphanFound', left)
    await told(4)
    assert.deepEqual(
      (await noted()).slice(2).map(({ tag, body }) => [tag, body.split('.')[0]]),
      [
        ['three Warned', 'There is a warning'],
        ['three OrphanFound', 'Something of it is left behind at a destination'],
      ],
    )

    // nor is anything said again by a page that is loaded anew; what failed once more is
    await page.reload()
    await needy(5)
    await place.append('one', 'Retried', { modification: null })
    await fail('one', 'a-3')
    await told(1)
    assert.deepEqual(
      (await noted()).map(({ tag }) => tag),
      ['one FAILED'],
    )
    await page.evaluate('window.noted[0].click()')
    await page.waitForURL('**/videos/one')
    assert.deepEqual(complaints, [])
  })

  it('are for warnings and what is left behind, too, unless the video has moved on or somebody has looked after it', () => {
    const happened = (position: number, type: string, state: string, video = 'a'): ShownEvent => ({
      ...{ id: `10.${position}`, position: String(position), video, stream: `video/${video}`, version: position },
      ...{ type, state, title: null, actor: null, node: null, recordedAt: '2026-01-31T18:00:00.000Z' },
    })
    const found = (...events: readonly ShownEvent[]) =>
      needsOf(events, nothingTold, (state) => state === 'FAILED').needs.map(({ type }) => type)
    const warned = happened(1, 'Warned', 'EDITED')
    const left = happened(3, 'OrphanFound', 'DONE')
    assert.deepEqual(found(warned, happened(2, 'SourceChanged', 'EDITED'), left), ['OrphanFound'])
    assert.deepEqual(found(warned, happened(2, 'SourceChanged', 'EDITED')), ['Warned'])
    assert.deepEqual(found(warned, happened(2, 'Edited', 'EDITED')), [])
    assert.deepEqual(found(warned, happened(2, 'Claimed', 'CLAIMED.PREPARING')), [])
    assert.deepEqual(found(warned, happened(2, 'Claimed', 'CLAIMED.PREPARING', 'b')), ['Warned'])
    assert.deepEqual(found(left, happened(4, 'Modified', 'MODIFIED')), ['OrphanFound'])
    assert.deepEqual(found(left, happened(4, 'OrphanDismissed', 'DONE')), [])
    assert.deepEqual(found(happened(1, 'Failed', 'FAILED'), happened(2, 'OrphanFound', 'FAILED')), [
      'Failed',
      'OrphanFound',
    ])
  })

  it('are not for what has helped itself meanwhile, nor for what was told', () => {
    const event = (position: number, video: string | null, state: string): ShownEvent => ({
      ...{ id: `10.${position}`, position: String(position), video, stream: `video/${video}`, version: position },
      ...{ type: 'Failed', state, title: null, actor: null, node: null, recordedAt: '2026-01-31T18:00:00.000Z' },
    })
    const isError = (state: string) => state === 'FAILED' || state === 'UNCERTAIN'
    const first = needsOf(
      [event(1, 'a', 'FAILED'), event(2, 'b', 'FAILED'), event(3, 'b', 'EDITED'), event(4, null, 'FAILED')],
      nothingTold,
      isError,
    )
    assert.deepEqual(
      first.needs.map(({ video }) => video),
      ['a'],
    )
    assert.deepEqual(first.told, { last: '10.4', states: { a: 'FAILED' } })
    const again = [event(1, 'a', 'FAILED'), event(5, 'a', 'FAILED'), event(6, 'a', 'UNCERTAIN')]
    assert.deepEqual(
      needsOf(again, first.told, isError).needs.map(({ id }) => id),
      ['10.6'],
    )
  })
})

describe('notifications of the console after the log was replaced by another one', function () {
  this.timeout(240_000)

  it('begin anew, in a page that saw it and in one that is opened after', async () => {
    // the older one: transactions of both are counted together
    await using older = await openWorkplace()
    await older.edited('old', 'The ceremony')
    await older.append('old', 'Failed', { attempt: null, cause: 'the disk is full', proof: null })
    await using place = await openWorkplace()
    await place.edited('one', 'The raffle')
    const own = await place.serve()
    await using browser = await openPage()
    const { page } = browser
    await page.addInitScript(noting)
    const tags = async () => (await page.evaluate<{ tag: string }[]>('window.noted')).map(({ tag }) => tag)
    const toldOnly = (tag: string) =>
      until(async () => (await tags()).length > 0, `${tag} is told of`, 60).then(async () =>
        assert.deepEqual(await tags(), [tag]),
      )
    await page.goto(own.url)
    await page.context().grantPermissions(['notifications'], { origin: own.url })
    await page.getByRole('button', { name: 'Have a notification tell' }).click(patience)
    await page.getByRole('button', { name: 'turn that off' }).waitFor(patience)
    await own.close()
    await page.locator('.cut-off[role=alert]').waitFor(patience)
    await older.serve({}, own.port)
    await toldOnly('old FAILED')

    // told of until far behind the end of what there is now
    await page.evaluate(`localStorage.setItem('reelstate.told', '{"last":"999999999999.5","states":{"old":"FAILED"}}')`)
    await page.reload()
    await toldOnly('old FAILED')
  })

  it('forget what was told only where that lies behind all that there is', () => {
    const event = (id: string) => ({ id }) as ShownEvent
    const told = { last: '10.5', states: { a: 'FAILED' } }
    assert.equal(toldOf([event('10.4'), event('10.5')], told), told)
    assert.equal(toldOf([event('11.6')], told), told)
    assert.equal(toldOf([], told), told)
    assert.equal(toldOf([event('9.7'), event('10.4')], told), nothingTold)
    assert.equal(toldOf([event('1.1')], nothingTold), nothingTold)
  })
})

describe('the connection of the console', function () {
  this.timeout(240_000)

  it('that breaks again and again, and a node that is away for long, leave out no event and double none', async () => {
    await using place = await openWorkplace()
    await place.edited('one')
    const own = await place.serve()
    await using line = await TcpProxy.to(own.port)
    await using browser = await openPage()
    const { page } = browser
    await page.goto(`http://127.0.0.1:${line.port}/videos/one`)
    const shows = (version: number) => page.locator(`.timeline li[data-version="${version}"] .what`).waitFor(patience)
    await shows(2)
    let version = 2
    const change = async (): Promise<void> => {
      await place.append('one', 'SourceChanged', { source: { notes: `note ${version}` } })
      version++
    }
    for (let breaks = 0; breaks < 3; breaks++) {
      await change()
      line.drop()
      await change()
      await shows(version)
    }
    await own.close()
    await page.locator('.cut-off[role=alert]').waitFor(patience)
    for (let i = 0; i < 5; i++) await change()
    await place.serve({}, own.port)
    await shows(version)
    const versions = async () => (await page.locator('.timeline .event-line .version').allTextContents()).map(Number)
    assert.deepEqual(
      await versions(),
      Array.from({ length: version }, (_, i) => version - i),
    )

    // and on the board, which is told by the stream alone
    await page.getByRole('link', { name: 'Board' }).click()
    await page.locator('.events tbody tr').first().waitFor(patience)
    const types = await page.locator('.events tbody .event').allTextContents()
    assert.deepEqual(types, [...new Array<string>(version - 2).fill('SourceChanged'), 'Edited', 'Created'])
  })
})
