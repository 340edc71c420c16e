import assert from 'node:assert/strict'
import { isRight } from 'fp-ts/lib/Either.js'
import { AxeBuilder } from '@axe-core/playwright'
import pg from 'pg'
import type { Page } from 'playwright-core'
import { paceOf, withSample } from '../../src/console/nodes/pace.js'
import { standingOf } from '../../src/console/nodes/age.js'
import { signInWith } from '../../src/http/signIn/signIn.js'
import { addKey } from '../../src/log/keys.js'
import { beat, registerNode } from '../../src/log/nodes.js'
import { noteProgress } from '../../src/log/progress.js'
import { noteQuota } from '../../src/log/quota.js'
import { quotaDay, quotaStandings } from '../../src/service/quota.js'
import { uploadMethod } from '../../src/upload/youtube/quota.js'
import { openWorkplace, type Workplace } from '../http/workplace.js'
import { type OpenPage, openPage } from '../support/browser.js'
import { befalls, locationOf, troubled } from '../support/locations.js'
import { watchComplaints } from './page.js'

const patience = { timeout: 60_000 }
const locations = {
  local: { type: 'local', cut: 'fast' },
  'yt-other': { type: 'youtube', cut: 'fast', account: 'other' },
  'yt-main': { type: 'youtube', cut: 'fast', account: 'main', updates: true },
}

describe('the nodes and locations of the console', function () {
  this.timeout(300_000)
  let place: Workplace
  let own: Awaited<ReturnType<Workplace['serve']>>
  let browser: OpenPage
  let page: Page
  let complaints: string[]
  let key: string
  before(async () => {
    place = await openWorkplace()
    const { db } = place
    const main = { quota_units: 10_000, quota_uploads: 100 } as Parameters<typeof quotaStandings>[1][string]
    own = await place.serve({
      signIn: signInWith({ db, idTokens: null, readsAreClosed: false }),
      quota: () => quotaStandings(db, { main }, Date.now()),
    })
    for (const [i, name] of ['node-berlin', 'node-york'].entries())
      await registerNode(db, {
        ...{ name, host: `${name}.example`, pid: 100 + i, version: `1.2.${i}`, locations },
        ...{ url: `http://${name}.example:8000`, channels: ['main'] },
      })
    const made = await addKey(db, 'olga', ['operator'], { actor: 'spec' })
    assert.ok(isRight(made))
    key = made.right.secret
    browser = await openPage({ viewport: { width: 1280, height: 720 } })
    ;({ page } = browser)
    complaints = watchComplaints(page)
  })
  after(async () => {
    await browser[Symbol.asyncDispose]()
    await place[Symbol.asyncDispose]()
  })
  const node = (name: string) => page.locator(`[data-node="${name}"]`)
  const isShown = (name: string, state: string) =>
    page.locator(`[data-node="${name}"][data-node-state=${state}]`).waitFor(patience)
  const axe = async () =>
    assert.deepEqual(
      (await new AxeBuilder({ page }).analyze()).violations.flatMap(({ id, nodes }) =>
        nodes.map(({ html }) => `${id} ${html}`),
      ),
      [],
    )

  it('never show a node as running that is silent, by the server’s clock, whatever the reader’s says', async () => {
    // the reader's clock is an hour ahead
    await page.addInitScript('{ const real = Date.now; Date.now = () => real() + 3_600_000 }')
    await page.goto(`${own.url}/nodes`)
    await isShown('node-berlin', 'running')
    await isShown('node-york', 'running')
    for (const said of [
      '1.2.1',
      'node-york.example, process 101',
      'yt-main',
      'account main',
      'main',
      'It has nothing in hand',
    ])
      await node('node-york').getByText(said).first().waitFor(patience)
    // nobody tells of it: it is only that no beat came for 30 s
    await place.db.query(
      `update reelstate.nodes set beat_at = beat_at - interval '31 seconds' where name = 'node-york'`,
    )
    await isShown('node-york', 'silent')
    await isShown('node-berlin', 'running')
    await node('node-york').getByText('taken for gone').waitFor(patience)
    assert.match(await node('node-york').locator('.beat').innerText(), /^last heard of (3\d|4\d) s ago$/)
    // all is not well then, on whatever page one is
    await page.locator('.standing.warned', { hasText: 'silent' }).getByRole('link').waitFor(patience)
    await beat(place.db, 'node-york', 10_000)
    await isShown('node-york', 'running')
  })

  it('show what each has in hand, how far it is and how fast', async () => {
    await beat(place.db, 'node-berlin', 10_000)
    await place.edited('one', 'The raffle')
    const progress = { attempt: 'attempt-1', doneSeconds: 30, totalSeconds: 60, bytes: 12_500_000 }
    await place.append('one', 'Claimed', { attempt: 'attempt-1', attempts_limit: 3, why: null }, 'node-berlin')
    await place.append('one', 'UploadOpened', { attempt: 'attempt-1', destination: 'folder' }, 'node-berlin')
    await noteProgress(place.db, 'one', progress)
    const held = node('node-berlin').locator('.holds li')
    await held.filter({ hasText: 'CLAIMED.STREAMING' }).filter({ hasText: '50% cut, 12.5 MB sent' }).waitFor(patience)
    await noteProgress(place.db, 'one', { ...progress, doneSeconds: 45, bytes: 30_000_000 })
    await held.filter({ hasText: /75% cut, 30\.0 MB sent, \d+\.\d MB\/s/ }).waitFor(patience)
    await axe()
  })

  it('pause and resume a location by hand, in the name of who does it', async () => {
    await page.goto(`${own.url}/locations`)
    const row = page.locator('[data-location="yt-main"]')
    await row.filter({ hasText: 'READY' }).waitFor(patience)
    const say = async (button: RegExp, why: string, submit: string) => {
      await row.getByRole('button', { name: button }).click(patience)
      await page.getByLabel('Why (for the log)').fill(why)
      await page.getByRole('button', { name: submit, exact: true }).click()
    }
    await say(/^Pause/, 'the channel is being renamed', 'Pause it')
    await page
      .getByRole('alert')
      .filter({ hasText: 'Not signed in. It takes somebody with the role operator.' })
      .waitFor(patience)
    await axe()
    assert.equal((await locationOf(place.db, 'yt-main')).state, 'READY')
    complaints.splice(0)

    // what was to be done is still there for who signs in
    const dialog = page.getByRole('dialog', { name: 'Sign in' })
    await dialog.getByLabel('API key or ID token').fill(key)
    await dialog.getByRole('button', { name: 'Sign in' }).click()
    await dialog.waitFor({ ...patience, state: 'hidden' })
    await page.getByRole('button', { name: 'Pause it', exact: true }).click(patience)
    await row
      .filter({ hasText: 'PAUSED' })
      .filter({ hasText: 'the channel is being renamed by key olga' })
      .waitFor(patience)
    await row.filter({ hasText: 'until somebody resumes it' }).waitFor(patience)
    await say(/^Resume gradually/, 'it is renamed', 'Try one video')
    await row
      .filter({ hasText: 'PROBING.WAITING' })
      .filter({ hasText: 'The next video that is claimed is tried' })
      .waitFor(patience)
    await row.getByText('What happened').click()
    await row
      .locator('.location-events li')
      .filter({ hasText: 'Resumed by key olga, then PROBING.WAITING' })
      .waitFor(patience)
    const { events } = (await (await fetch(`${own.url}/api/locations/yt-main`)).json()) as {
      events: { type: string; actor: string; data: unknown }[]
    }
    assert.deepEqual(
      events.map(({ type, actor, data }) => [type, actor, data]),
      [
        ['Paused', 'key olga', { why: 'the channel is being renamed', until: null }],
        ['Resumed', 'key olga', { why: 'it is renamed' }],
      ],
    )
    assert.deepEqual(complaints, [])
  })

  it('wait for the answer of what was begun, and say what is not known where none comes', async () => {
    await page.goto(`${own.url}/locations`)
    const row = page.locator('[data-location="local"]')
    await row.getByRole('button', { name: /^Pause/ }).click(patience)
    await page.getByLabel('Why (for the log)').fill('the disk is being changed')
    let drop: () => void = () => undefined
    const dropped = new Promise<void>((resolve) => (drop = resolve))
    await page.route('**/api/locations/local/pause', async (route) => {
      await route.fetch()
      await dropped
      await route.abort()
    })
    await page.getByRole('button', { name: 'Pause it', exact: true }).click()
    await row.filter({ hasText: 'the disk is being changed' }).waitFor(patience)
    // the second Escape closes it whatever the page says to that
    for (let i = 0; i < 2; i++) await page.keyboard.press('Escape')
    assert.equal(await page.getByRole('button', { name: 'Cancel' }).isDisabled(), true)
    drop()
    const dialog = page.getByRole('dialog', { name: 'Pause local' })
    await dialog.getByText('The node does not answer: whether it was done is not known.').waitFor(patience)
    assert.equal(await dialog.getByText('was not done').count(), 0)
    await page.unrouteAll()
    complaints.splice(0)
    await page.getByRole('button', { name: 'Cancel' }).click()
    await dialog.waitFor({ ...patience, state: 'detached' })
    await befalls(place.db, 'local', 'Resumed', { why: 'it is changed' })
  })

  it('tell of a location that has paused itself why, and until when', async () => {
    const until = new Date(Date.now() + 3_600_000).toISOString()
    const quota = troubled('a-1', { trouble: 'quota', cause: 'the quota of the day is used up', limit: 1, until })
    await befalls(place.db, 'local', 'Troubled', quota)
    const row = page.locator('[data-location="local"][data-location-state=PAUSED]')
    await row.filter({ hasText: 'the quota of the day is used up by itself' }).waitFor(patience)
    assert.deepEqual(
      await row
        .locator('.under time')
        .evaluateAll((times) => times.map((time) => time.getAttribute('datetime')).slice(1)),
      [until],
    )
  })

  it('end no pause but the one that was looked at', async () => {
    const row = page.locator('[data-location="local"]')
    await row.getByRole('button', { name: /^Resume/ }).click(patience)
    await page.getByLabel('Why (for the log)').fill('the day is over')
    await befalls(place.db, 'local', 'Paused', { why: 'the disk is full', until: null })
    await page.getByRole('button', { name: 'Try one video', exact: true }).click()
    await page.getByRole('alert').filter({ hasText: 'somebody was faster: local is PAUSED now' }).waitFor(patience)
    assert.equal((await locationOf(place.db, 'local')).reason, 'the disk is full')
    await page.getByRole('button', { name: 'Cancel' }).click()
    complaints.splice(0)
  })

  it('tell how much quota is used, and when it will be used up', async () => {
    const day = quotaDay(Date.now())
    await noteQuota(place.db, 'main', { day, used: { [uploadMethod]: { calls: 100, units: 9_999 } } }, 'node-york')
    await page.goto(`${own.url}/locations`)
    const account = page.locator('[data-account=main]')
    await account.getByText('100 of 100 uploads used; used up').waitFor(patience)
    await account.getByText('9,999 of 10,000 units used').waitFor(patience)
    // of an account that only other nodes have
    await page.locator('[data-account=other]', { hasText: 'its limits are not known here' }).waitFor(patience)
    await axe()
  })

  it('tell by whom readers of the log are held up, while they are', async () => {
    const { rows } = await place.db.query<{ name: string }>('select current_database() as name')
    const client = new pg.Client({ ...place.db.options, application_name: 'a forgotten psql' })
    await client.connect()
    try {
      await client.query('set idle_in_transaction_session_timeout = 0')
      await client.query('begin')
      await client.query('select pg_current_xact_id()')
      await page.goto(`${own.url}/nodes`)
      await page
        .locator('.held-up li')
        .filter({ hasText: /Readers held up by process \d+ of PostgreSQL \(a forgotten psql\)/ })
        .filter({ hasText: `database ${rows[0]?.name ?? ''}` })
        .filter({ hasText: 'select pg_terminate_backend(' })
        .waitFor(patience)
      await axe()
      await client.query('rollback')
      await page.locator('.held-up').waitFor({ ...patience, state: 'detached' })
    } finally {
      await client.end()
    }
  })
})

describe('the standing of a node as the console tells it', () => {
  it('gets old with the answer that told it', () => {
    const heard = { state: 'running', silentSeconds: 2 } as const
    assert.deepEqual(standingOf(heard, 27, 30), { state: 'running', silentSeconds: 29 })
    assert.deepEqual(standingOf(heard, 29, 30), { state: 'silent', silentSeconds: 31 })
    assert.equal(standingOf({ state: 'stopped', silentSeconds: 900 }, 5, 30).state, 'stopped')
  })

  it('has the pace of the attempt that goes on, not of one before', () => {
    let samples = withSample([], { atMs: 0, bytes: 5_000_000 })
    assert.equal(paceOf(samples), null)
    samples = withSample(samples, { atMs: 2_000, bytes: 7_000_000 })
    assert.equal(paceOf(samples), 1_000_000)
    samples = withSample(samples, { atMs: 4_000, bytes: 0 })
    assert.equal(paceOf(samples), null)
    // what is long ago counts no more: what has stopped shows as stopped
    samples = withSample(
      [
        { atMs: 0, bytes: 0 },
        { atMs: 10_000, bytes: 9 },
      ],
      { atMs: 20_000, bytes: 9 },
    )
    assert.equal(paceOf(samples), 0)
  })
})
