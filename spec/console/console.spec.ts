import assert from 'node:assert/strict'
import type { Page } from 'playwright-core'
import { registerNode, signOff } from '../../src/log/nodes.js'
import { noteProgress } from '../../src/log/progress.js'
import { openWorkplace } from '../http/workplace.js'
import { openPage } from '../support/browser.js'
import { source } from '../support/moment.js'
import { watchComplaints } from './page.js'

/** The machine that runs this may have much else to do. */
const patience = { timeout: 60_000 }
const sees = (page: Page, selector: string, hasText: string | RegExp) =>
  page.locator(selector).filter({ hasText }).first().waitFor(patience)

describe('the console', function () {
  this.timeout(240_000)

  it('shows counts, events and cuts as they happen, says when it is cut off, and misses and doubles nothing', async () => {
    await using place = await openWorkplace()
    await place.edited('one', 'A <b>title</b> & more')
    const own = await place.serve()
    await using browser = await openPage({ colorScheme: 'dark' })
    const { page } = browser
    const complaints = watchComplaints(page)
    await page.goto(own.url)

    await sees(page, '.standing.well', 'All is well')
    await sees(page, '[data-state=EDITED] .count', '1')
    await sees(page, '.events tr', 'A <b>title</b> & more')
    assert.equal(await page.locator('.events tbody tr').count(), 2)

    await place.append('one', 'Claimed', { attempt: 'attempt-1', attempts_limit: 3, why: null })
    await sees(page, '[data-state=CLAIMED] .count', '1')
    assert.equal(await page.locator('[data-state=EDITED] .count').count(), 0)
    await sees(page, '.events tbody tr:first-child', 'Claimed')
    await sees(page, '.events tbody tr:first-child .chip.blue', 'CLAIMED')

    await noteProgress(place.db, 'one', { attempt: 'attempt-1', doneSeconds: 30, totalSeconds: 60, bytes: 2 ** 20 })
    await sees(page, '.cuts li', '50%, 30.0 of 60.0 s, 1 MiB on node-a')
    assert.deepEqual(complaints, [])

    await own.close()
    await sees(page, '.cut-off[role=alert]', /Cut off since.*What is shown is as of \d\d:\d\d:\d\d/s)
    const old = page.locator('.live-number').first()
    const looks = await old.evaluate((one) => [
      getComputedStyle(one).textDecorationLine,
      getComputedStyle(one).fontWeight,
    ])
    // struck through they would read as if they had been taken back
    assert.deepEqual(looks, ['none', '400'])
    await sees(page, '.standing.cut-off', 'Cut off')
    await sees(page, '.time-standing', 'Not live')
    await page.locator('.chart.stale').waitFor(patience)
    await place.append('one', 'Reset', { force: false, reason: null })
    await place.edited('two')
    await place.serve({}, own.port)
    await sees(page, '.standing.well', 'All is well')
    await page.locator('.cut-off[role=alert]').waitFor({ ...patience, state: 'detached' })
    await page.locator('.time-standing.live').waitFor(patience)
    await sees(page, '[data-state=UNEDITED] .count', '1')
    const events = await page.locator('.events tbody .event').allTextContents()
    assert.deepEqual(events, ['Edited', 'Created', 'Reset', 'Claimed', 'Edited', 'Created'])
  })

  it('leads from a state to the list of its videos and on to one of them, and the way back restores each view', async () => {
    await using place = await openWorkplace()
    await place.edited('one')
    await place.append('two', 'Created', { source: source })
    await using browser = await openPage()
    const { page } = browser
    const complaints = watchComplaints(page)
    await page.goto(place.url)
    await page.locator('[data-state=EDITED]').click(patience)
    await page.waitForURL('**/videos?state=EDITED')
    await sees(page, '.video-rows tbody tr', 'The title of one')
    assert.equal(await page.locator('.video-rows tbody tr').count(), 1)
    assert.equal(await page.locator('.state-filter [aria-pressed=true]').textContent(), 'EDITED 1')

    // without being loaded anew, the list follows what happens
    await place.edited('three')
    await sees(page, '.video-rows tbody tr', 'The title of three')
    await sees(page, '.state-filter [aria-pressed=true]', 'EDITED 2')

    await page.getByRole('link', { name: /The title of one/ }).click()
    await page.waitForURL('**/videos/one')
    await sees(page, 'h1', 'The title of one')
    assert.equal(await page.title(), 'The title of one · Video · Reelstate')
    await page.locator('.chart [data-state=EDITED].lit-here').waitFor(patience)
    await page.goBack()
    await sees(page, '.state-filter [aria-pressed=true]', 'EDITED 2')
    await page.goBack()
    await page.locator('[data-state=EDITED].occupied').waitFor(patience)
    assert.deepEqual(complaints, [])
  })

  it('shows a video as it was at the event that the address names, and goes from one to the next by key', async () => {
    await using place = await openWorkplace()
    await place.edited('one')
    await place.append('one', 'Claimed', { attempt: 'attempt-1', attempts_limit: 3, why: null })
    await using browser = await openPage()
    const { page } = browser
    await page.goto(`${place.url}/videos/one#v=2`)
    await sees(page, '.scrubber output', 'as at 2 of 3')
    await sees(page, '.moment h2', 'Event 2: Edited')
    await page.locator('.chart [data-state=EDITED].lit-here').waitFor(patience)
    await page.keyboard.press('ArrowRight')
    await sees(page, '.scrubber output', 'now (3)')
    await page.locator('.chart [data-state=CLAIMED].lit-here').waitFor(patience)
    await page.locator('.chart .substate.here[data-substate="CLAIMED.PREPARING"]').waitFor(patience)
    // where the focus is elsewhere, it scrolls
    await page.keyboard.press('Home')
    await page.keyboard.press('ArrowLeft')
    await sees(page, '.scrubber output', 'as at 2 of 3')
    await page.getByRole('button', { name: 'One event back' }).focus()
    await page.keyboard.press('Home')
    await sees(page, '.moment h2', 'Event 1: Created')
    assert.equal(new URL(page.url()).hash, '#v=1')
    await page.locator('.event-line', { has: page.getByText('Edited', { exact: true }) }).click()
    await sees(page, '.moment h2', 'Event 2: Edited')
  })

  it('leaves the arrow keys to what is published, where that has the focus', async () => {
    await using place = await openWorkplace()
    await place.edited('one')
    const attempt = 'attempt-1'
    await place.append('one', 'Claimed', { attempt, attempts_limit: 3, why: null })
    await place.append('one', 'UploadOpened', { attempt, destination: 'folder' })
    await place.append('one', 'FinalizeStarted', { attempt, bytes: 10, receipt: null })
    const video_link = `${place.url}/files/one.mp4`
    await place.append('one', 'Uploaded', { attempt, video_id: 'one', video_link, processing: false })
    await using browser = await openPage()
    const { page } = browser
    await page.goto(`${place.url}/videos/one`)
    await page.locator('video.published').focus(patience)
    for (const key of ['ArrowLeft', 'Home']) await page.keyboard.press(key)
    await page.locator('main').focus()
    await page.keyboard.press('ArrowLeft')
    await sees(page, '.scrubber output', 'as at 5 of 6')
  })

  it('says how many need a person, on every page, and what is wrong with each', async () => {
    await using place = await openWorkplace()
    await place.edited('one')
    await using browser = await openPage()
    const { page } = browser
    await page.goto(`${place.url}/attention`)
    await sees(page, '.all-well', 'All is well')
    await place.append('one', 'Claimed', { attempt: 'attempt-1', attempts_limit: 3, why: null })
    await place.append('one', 'Failed', { attempt: 'attempt-1', cause: 'the disk is full', proof: null })
    await sees(page, '.standing.needy', '1 needs attention')
    await sees(page, 'nav a[aria-current]', 'Attention1')
    await sees(page, '.attention', 'the disk is full')
    assert.match(await page.title(), /^\(1\) Attention/)
  })

  it('says of warnings and of what is left behind that they need a person, too, though no state is an error', async () => {
    await using place = await openWorkplace()
    await place.edited('one')
    await using browser = await openPage()
    const { page } = browser
    await page.goto(place.url)
    await sees(page, '.standing.well', 'All is well')
    await place.append('one', 'Warned', { kind: 'link', message: 'somebody has to upload it' })
    await sees(page, '.standing.warned', '1 warning')
    await sees(page, 'nav a .needy.warned', '1')
    assert.match(await page.title(), /^\(1\) Board/)

    const orphan = {
      attempt: 'gone',
      upload_location: 'local',
      video_id: 'other',
      video_link: 'https://example.org/other',
    }
    await place.append('one', 'OrphanFound', orphan)
    await page.locator('.standing').getByRole('link', { name: '1 warning, 1 left behind' }).click(patience)
    await page.waitForURL('**/attention')
    await sees(page, '.attention.orphans', 'left behind')
    assert.equal(await page.locator('.attention').count(), 2)

    // what is in an error state has one entry, with a warning as without
    await place.edited('two')
    await place.append('two', 'Failed', { attempt: null, cause: 'the disk is full', proof: null })
    await sees(page, '.standing.needy', '3 need attention')
    await place.append('one', 'OrphanDismissed', { orphan: 'other', reason: null })
    await sees(page, '.standing.needy', '2 need attention')
  })

  it('says why it is not connected where it is opened meanwhile, and what it does not know is no number', async () => {
    await using place = await openWorkplace()
    await place.edited('one')
    let isAway = true
    const { db } = place
    const query = (...asked: Parameters<typeof db.query>) =>
      isAway ? Promise.reject(Object.assign(new Error('gone'), { code: 'ECONNREFUSED' })) : db.query(...asked)
    const health = () => ({ reason: isAway ? 'no database at all' : null, warnings: [] })
    const own = await place.serve({ db: Object.create(db, { query: { value: query } }), health })
    await using browser = await openPage()
    const { page } = browser
    await page.goto(own.url)
    await sees(page, '.cut-off[role=alert]', 'Not connected: the database')
    await sees(page, '.standing.unwell', 'This node: no database at all')
    await sees(page, '[aria-labelledby=cuts-heading]', 'Not known yet.')
    await page.goto(`${own.url}/videos`)
    await sees(page, '.state-filter .chip', 'EDITED …')
    await sees(page, '.state-filter .chip', 'all …')
    isAway = false
    await sees(page, '.state-filter .chip', 'EDITED 1')
    await sees(page, '.standing.well', 'All is well')
    assert.equal(await page.locator('.cut-off[role=alert]').count(), 0)
  })

  it('says that as many listen as may, and is connected once another has gone', async () => {
    await using place = await openWorkplace()
    const own = await place.serve({ clients: 1 })
    const leaving = new AbortController()
    await fetch(`${own.url}/api/stream`, { signal: leaving.signal })
    await using browser = await openPage()
    const { page } = browser
    await page.goto(own.url)
    await sees(page, '.cut-off[role=alert]', 'Not connected: as many are listening already')
    await sees(page, '.standing.cut-off', 'Not connected')
    leaving.abort()
    await sees(page, '.standing.well', 'All is well')
  })

  it('says of what the node does not tell that it is not known, beside what was known before', async () => {
    await using place = await openWorkplace()
    await place.edited('one')
    await registerNode(place.db, {
      name: 'node-berlin',
      host: 'berlin.example',
      pid: 1,
      version: '1.2.3',
      locations: {},
    })
    // one that runs would be silent soon
    await signOff(place.db, 'node-berlin')
    await using browser = await openPage()
    const { page } = browser
    const fails = (path: string) =>
      page.route(path, (route) => route.fulfill({ status: 500, json: { error: 'it is broken' } }))
    await fails('**/api/board')
    await page.goto(place.url)
    await sees(page, '.standing.unknown', 'Nodes and locations: not known')
    await sees(page, '.trouble[role=alert]', 'How nodes and locations are now, and how long videos stay, is not known')
    await page.unroute('**/api/board')
    await sees(page, '.standing.well', 'All is well')
    await sees(page, '[data-fleet=node]', 'node-berlin')
    await fails('**/api/board')
    await sees(page, '.trouble[role=alert]', 'it is broken')
    await sees(page, '.standing.unknown', 'Nodes and locations: not known')
    await sees(page, '[data-fleet=node]', 'node-berlin')
    await page.unroute('**/api/board')
    await sees(page, '.standing.well', 'All is well')
    await page.route('**/healthz', (route) => route.abort())
    await page.reload()
    await sees(page, '.standing.unknown', 'This node: not known')
  })

  it('says beside what it shows of a video and of locations that this is not asked anew any more', async () => {
    await using place = await openWorkplace()
    await place.edited('one')
    await using browser = await openPage()
    const { page } = browser
    await page.goto(`${place.url}/videos/one`)
    await page.locator('.why').waitFor(patience)
    const fails = (path: string) =>
      page.route(path, (route) => route.fulfill({ status: 500, json: { error: 'it is broken' } }))
    for (const path of ['**/api/videos/one', '**/api/videos/one/why', '**/api/locations']) await fails(path)
    await place.append('one', 'SourceChanged', { source: { notes: 'look again' } })
    await sees(page, '.trouble', 'What is shown of the video may be old: it is broken')
    await sees(page, '.remedies .trouble', 'What can be done now is not known: it is broken')
    await sees(page, 'h1', 'The title of one')
    await page.unroute('**/api/locations')
    await page.getByRole('link', { name: 'Locations' }).click()
    await sees(page, 'main', 'No node offers a location')
    await fails('**/api/locations')
    await place.append('one', 'SourceChanged', { source: { notes: 'and again' } })
    await sees(page, '.trouble', 'How the locations are now is not known: it is broken')
    await sees(page, 'main', 'No node offers a location')
  })

  it('tells of a node that is not well, and of a video and a page that do not exist', async () => {
    await using place = await openWorkplace({ health: () => ({ reason: 'its disk is full', warnings: [] }) })
    await using browser = await openPage()
    const { page } = browser
    await page.goto(`${place.url}/videos/none`)
    await sees(page, 'h1', 'There is no such video')
    assert.equal(await page.title(), 'none · Video · Reelstate')
    await sees(page, '.standing.unwell', 'This node: its disk is full')
  })
})
