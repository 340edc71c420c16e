import assert from 'node:assert/strict'
import { rename } from 'node:fs/promises'
import { AxeBuilder } from '@axe-core/playwright'
import type { Route } from 'playwright-core'
import { isRight } from 'fp-ts/lib/Either.js'
import { saveDraft } from '../../src/log/commands.js'
import { readBlob } from '../../src/log/blobs.js'
import type { CutReceipt } from '../../src/cut/receipt.js'
import type { Draft } from '../../machines/edit.js'
import { registerNode } from '../../src/log/nodes.js'
import { happens } from '../support/log.js'
import { range } from '../support/nodeFootage.js'
import { becomesDone, edited, editedVideo, happened, newVideo, rowOf } from '../support/nodeVideos.js'
import { clockAt, type Desk, fillIn, lookAt, openDesk, patience, press } from './desk.js'

describe('the edit page', function () {
  this.timeout(300_000)
  let desk: Desk
  before(async () => void (desk = await openDesk()))
  after(() => desk[Symbol.asyncDispose]())

  const sees = (selector: string, hasText: string | RegExp) =>
    desk.page.locator(selector).filter({ hasText }).first().waitFor(patience)
  const click = (name: string | RegExp) => desk.page.getByRole('button', { name }).first().click(patience)

  /** A video with a draft of so many seconds of the footage. */
  async function drafted(ranges: readonly (readonly [number, number])[], over: Draft = {}): Promise<string> {
    const id = await newVideo(desk.db)
    const saved = await saveDraft(
      desk.db,
      id,
      {
        video_channel: 'camera',
        upload_location: 'local',
        video_title: 'The raffle',
        ...over,
        video_ranges: ranges.map(([a, b]) => range(a, b)),
      },
      { actor: 'somebody else' },
    )
    assert.ok(isRight(saved), JSON.stringify(saved))
    return id
  }

  /** A video that was published at a location which only a node elsewhere offers. */
  async function publishedFar(location: string, video_title: string, video_id: string): Promise<string> {
    const { db } = desk
    const node = `far-${location}`
    const attempt = `${node}-1`
    await registerNode(db, {
      ...{ name: node, host: 'far.example', pid: 1, version: '0', channels: [] },
      locations: { [location]: { type: 'youtube', cut: 'fast', updates: true } },
    })
    const id = await editedVideo(db, { upload_location: location, video_channel: 'camera', video_title })
    await happens(db, id, 'Claimed', { attempt, attempts_limit: 3, why: null }, node)
    await happens(db, id, 'UploadOpened', { attempt, destination: 'session' }, node)
    await happens(db, id, 'FinalizeStarted', { attempt, bytes: 1, receipt: null }, node)
    const published = { attempt, video_id, video_link: `https://youtu.be/${video_id}`, processing: false }
    await happens(db, id, 'Uploaded', published, node)
    return id
  }

  it('cuts exactly what was marked by keyboard: two ranges to the picture, and a transition', async () => {
    const { page, db } = desk
    await desk.visit('/edit')
    await lookAt(page, 0)
    const first = await press(page, 'Shift+ArrowRight', 2)
    await page.keyboard.press('i')
    await press(page, 'Shift+ArrowRight', 2)
    await press(page, 'ArrowRight', 4)
    const firstEnd = await press(page, 'ArrowLeft')
    await page.keyboard.press('o')
    await page.keyboard.press('n')
    const second = await press(page, 'l')
    await page.keyboard.press('i')
    const secondEnd = await press(page, 'Shift+ArrowRight', 2)
    await page.keyboard.press('o')
    const marked = [first, firstEnd, second, secondEnd].map((ms) => new Date(Math.floor(ms + 0.05)).toISOString())
    // 30 pictures a second: two seconds and three pictures; two seconds
    assert.deepEqual([Math.round((firstEnd - first) * 0.03), Math.round((secondEnd - second) * 0.03)], [63, 60])
    assert.equal(await page.locator('.range-list li').count(), 2)
    await page.getByLabel('comes in by').selectOption('fade')
    const seconds = page.getByLabel('for (seconds)')
    await seconds.press('Control+a')
    await seconds.pressSequentially('0')
    await seconds.blur()
    await sees('.join .error-line', 'above 0, such as 0.5; 1 is kept')
    assert.equal(await seconds.inputValue(), '0')
    await seconds.press('End')
    await seconds.pressSequentially('.5')
    await seconds.blur()
    await page.locator('.join .error-line').waitFor({ ...patience, state: 'detached' })
    assert.equal(await seconds.inputValue(), '0.5')
    await page.getByLabel('What it is, for the list of videos').fill('Raffle')
    await fillIn(page)
    await click(/^Submit: it may be cut/)
    await page.waitForURL(/\/videos\/[^/]+$/, patience)
    const id = page.url().split('/').at(-1) ?? ''

    const { data } = await happened(db, id, 'Edited')
    const { edit } = data as { edit: Draft }
    assert.deepEqual(edit.video_ranges, [
      [marked[0], marked[1]],
      [marked[2], marked[3]],
    ])
    assert.deepEqual(edit.video_transitions, [['fade', 0.5]])
    assert.deepEqual(
      [edit.video_title, edit.video_description, edit.title_header, edit.description_tail],
      ['Fest - The raffle', 'Won by nobody\n\nMade by hand', 'Fest - ', '\n\nMade by hand'],
    )
    await becomesDone(db, id, 120)
    const { receipt } = (await happened(db, id, 'FinalizeStarted')).data as { receipt: string }
    const made = JSON.parse((await readBlob(db, receipt))?.content.toString() ?? '') as CutReceipt
    assert.deepEqual(
      made.ranges.map(({ start, end }) => [start, end]),
      edit.video_ranges,
    )
    assert.equal(made.pictures, 63 + 60 - 15)

    // and its page says so
    await sees('.video-head .chip', 'DONE')
    await page.getByText('What it was cut of').click(patience)
    await sees('.receipt', receipt)
    await sees('.receipt-ranges', 'After a fade of 0.5 s')
    await sees('.cut', 'Published as the file')
    await page.getByText('Its segments').first().click(patience)
    await sees('.receipt td code', made.ranges[0]?.segments[0]?.hash ?? 'a hash')
    await desk.visit(`/edit/${id}`)
    await sees('.locked', 'which cannot change what it has published')
    assert.equal(await page.getByLabel('Title', { exact: true }).isDisabled(), true)
    assert.deepEqual(desk.complaints, [])
  })

  it('changes what is said of a published video, not what it was cut of', async () => {
    const { page, db } = desk
    const id = await publishedFar('tube', 'The raffle', 'abc')
    await desk.visit(`/edit/${id}`)
    await sees('.locked', 'It is DONE')
    for (const name of ['Remove range 1', /^Mark the start/])
      assert.ok(await page.getByRole('button', { name }).isDisabled())
    assert.ok(await page.getByLabel('Location', { exact: true }).isDisabled())
    await page.getByLabel('Title', { exact: true }).fill('x'.repeat(101))
    await click('Change what is published')
    await sees('.trouble', 'video_title')
    await page.getByLabel('Title', { exact: true }).fill('The great raffle')
    await click('Change what is published')
    await page.waitForURL(/\/videos\/[^/]+$/, patience)
    assert.deepEqual(((await happened(db, id, 'Modified')).data as { edit: unknown }).edit, {
      title_header: 'Fest - ',
      video_title: 'Fest - The great raffle',
    })
    assert.equal((await rowOf(db, id)).state, 'MODIFIED')
    assert.deepEqual(desk.complaints, [])
  })

  it('goes by where a video is published, which may be elsewhere than its edit names', async () => {
    const { page, db } = desk
    const id = await publishedFar('channel', 'The quilt', 'quilt')
    await happens(db, id, 'Reset', { force: true, reason: null })
    await edited(db, id, { upload_location: 'local', video_channel: 'camera', video_title: 'The quilt' })
    await happens(db, id, 'OrphanAdopted', { orphan: 'quilt', processing: false })
    await desk.visit(`/edit/${id}`)
    await sees('.locked', 'can still be changed')
    assert.equal(await page.getByLabel('Location', { exact: true }).inputValue(), 'channel')
    await desk.visit(`/videos/${id}`)
    await sees('.facts-of [data-field=published_location]', 'channel')
    await desk.visit('/videos?text=The+quilt')
    await sees(`[data-id="${id}"] .where`, /channel/)
    assert.deepEqual(desk.complaints, [])
  })

  it('stays where it is when somebody comes back to the tab, and with the newest footage, for which they ask', async () => {
    const { page, segments } = desk
    const last = segments.at(-1) ?? assert.fail('nothing was recorded')
    await rename(last, `${last}.later`)
    await desk.visit('/edit')
    await lookAt(page, 0)
    const at = await press(page, 'l')
    const asked: string[] = []
    page.on('request', (request) => asked.push(new URL(request.url()).pathname))
    await rename(`${last}.later`, last)
    const holes = page.locator('.strip .hole')
    const before = await holes.evaluateAll((all: { readonly style: { readonly cssText: string } }[]) =>
      all.map(({ style }) => `:not([style="${style.cssText}"])`),
    )
    await page.evaluate(`{
      const now = Date.now
      Date.now = () => now() + 600_000
      window.dispatchEvent(new Event('visibilitychange'))
    }`)
    while (!asked.includes('/files')) await page.waitForEvent('request')
    await page.locator(`.desk-player video[data-at="${at}"]`).waitFor(patience)
    const ofFootage = (path: string): boolean => /^\/playlist\/|^\/files\/camera\//.test(path)
    assert.deepEqual(asked.filter(ofFootage), [])

    await page.keyboard.press('r')
    await page.locator(`.strip .hole${before.join('')}`).waitFor(patience)
    // in another player
    await page.locator(`.desk-player video[data-at^="${Math.floor(at)}"]`).waitFor(patience)
    assert.equal(await holes.count(), 2)
    await page.keyboard.press('?')
    await sees('dialog.keys', 'asks for the newest footage')
    assert.deepEqual(desk.complaints, [])
  })

  it('counts a title in characters and a description in bytes, with what is put on, and takes no more', async () => {
    const { page } = desk
    await desk.visit('/edit')
    await page.getByLabel('Title', { exact: true }).fill('🎬'.repeat(93), patience)
    await sees('#title-room', /^93 of 93 characters$/)
    await page.getByLabel('Title', { exact: true }).fill('🎬'.repeat(94))
    await sees('#title-room', '94 of 93 characters: 1 too many')
    await page.getByLabel('Title', { exact: true }).fill('The raffle')
    // "\n\nMade by hand" is 14 bytes
    await page.getByLabel('Description', { exact: true }).fill('ä'.repeat(2493))
    await sees('#description-room', /^4986 of 4986 bytes$/)
    await page.getByLabel('Description', { exact: true }).fill('ä'.repeat(2494))
    await sees('#description-room', '4988 of 4986 bytes: 2 too many')
    await click(/^Submit: it may be cut/)
    await sees('.trouble', 'video_description: found 5002 bytes of UTF-8, with the 14 bytes that are put on after it')
    await sees('.trouble', 'upload_location: found ""')
    await page.getByLabel('Location', { exact: true }).selectOption('local')
    await click(/^Submit: it may be cut/)
    await sees('.trouble', 'video_ranges: found no range')
  })

  it('warns of ranges that overlap and of holes, and submits what somebody means all the same', async () => {
    const { page, db } = desk
    const id = await drafted([
      [1, 4],
      [3, 6],
      [19, 23],
    ])
    await desk.visit(`/edit/${id}`)
    await sees('.warning-line', 'Ranges 1 and 2 overlap')
    await sees('.range-list', /no footage from 2026-01-31 18:00:20\.0\d\d to 2026-01-31 18:00:22\.0\d\d/)
    await click(/^Submit: it may be cut/)
    await sees('.before-submit', 'Range 3 has a hole')
    assert.equal((await rowOf(db, id)).state, 'UNEDITED')
    await click('Back to the edit')
    await click('Range 3 earlier')
    await click('Remove range 1')
    await click(/^Submit: it may be cut/)
    await click('Allow holes, and submit')
    await page.waitForURL(`**/videos/${id}`, patience)
    const { edit } = (await happened(db, id, 'Edited')).data as { edit: Draft }
    assert.deepEqual([edit.video_ranges, edit.allow_holes], [[range(19, 23), range(3, 6)], true])
  })

  it('does not take what is not known for no holes: it waits to know it, and asks where it can’t', async () => {
    const { page, db } = desk
    const id = await drafted([
      [1, 4],
      [19, 23],
    ])
    const ofSecond = ({ pathname, searchParams }: URL): boolean =>
      pathname.startsWith('/playlist/') && searchParams.get('start') === range(19, 23)[0]
    await page.route(ofSecond, (asked) => asked.fulfill({ status: 429, body: 'too many ask' }))
    await desk.visit(`/edit/${id}`)
    await sees('.warning-line', 'Range 2 could not be checked for missing footage')
    await click(/^Submit: it may be cut/)
    await sees('.before-submit', 'Range 2 could not be checked for missing footage')
    await page.unroute(ofSecond)
    for (const complaint of desk.complaints.splice(0)) assert.match(complaint, /429/)

    const held: Route[] = []
    await page.route(ofSecond, (asked) => void held.push(asked))
    await desk.visit(`/edit/${id}`)
    await click(/^Submit: it may be cut/)
    await sees('.desk [role=status]', 'Looking whether footage is missing')
    assert.ok(await page.getByRole('button', { name: 'Remove range 1' }).isDisabled())
    for (const asked of held.splice(0)) await asked.continue()
    await page.unroute(ofSecond)
    await sees('.before-submit', 'Range 2 has a hole')
    assert.equal((await rowOf(db, id)).state, 'UNEDITED')
  })

  it('keeps what is marked while a draft is being saved, and says that it is not saved', async () => {
    const { page, db } = desk
    const id = await drafted([[1, 4]])
    await desk.visit(`/edit/${id}`)
    await page.locator('.desk-player video[data-at^="1"]').waitFor(patience)
    await page.locator('#main').focus()
    await press(page, 'Shift+ArrowRight')
    const held: Route[] = []
    await page.route('**/draft-saved', (asked) => void held.push(asked))
    await click('Save as a draft')
    await sees('.desk [role=status]', 'Saving')
    await page.locator('#main').focus()
    await page.keyboard.press('i')
    const from = page.getByLabel('from', { exact: true })
    const marked = await from.inputValue()
    assert.notEqual(marked, clockAt(1))
    for (const asked of held.splice(0)) await asked.continue()
    await page.unroute('**/draft-saved')
    await sees('.desk [role=status]', 'Not saved yet')
    await happened(db, id, 'DraftSaved')
    assert.equal(await from.inputValue(), marked)
    await click('Save as a draft')
    await sees('.desk [role=status]', 'Saved')
    const { edit } = (await happened(db, id, 'DraftSaved')).data as { edit: Draft }
    assert.equal(edit.video_ranges?.[0]?.[0].slice(0, 23).replace('T', ' '), marked)
  })

  it('keeps a draft, unfinished as it is, and finds it again; and asks before it is left unsaved', async () => {
    const { page, db } = desk
    await desk.visit('/edit')
    await lookAt(page, 0)
    await page.getByLabel('What it is, for the list of videos').fill('Later')
    await page.getByLabel('Title', { exact: true }).fill('Half an edit')
    const questions: string[] = []
    page.once('dialog', (dialog) => {
      questions.push(dialog.message())
      void dialog.dismiss()
    })
    await page.getByRole('link', { name: 'Videos' }).click()
    assert.deepEqual(questions, ['The edit is not saved. Leave all the same?'])
    assert.equal(new URL(page.url()).pathname, '/edit')
    await click('Save as a draft')
    await page.waitForURL('**/edit/*', patience)
    const id = page.url().split('/').at(-1) ?? ''
    const row = await rowOf(db, id)
    assert.deepEqual([row.state, row.version], ['UNEDITED', 2])
    await page.reload()
    await page.getByLabel('Title', { exact: true }).waitFor(patience)
    assert.equal(await page.getByLabel('Title', { exact: true }).inputValue(), 'Half an edit')
    // nothing is unsaved: nothing asks
    await page.getByRole('link', { name: 'Videos' }).click()
    await page.waitForURL('**/videos', patience)
  })

  it('tells who has edited meanwhile and what, and replaces theirs only when told to', async () => {
    const { page, db } = desk
    const id = await drafted([[1, 4]])
    await desk.visit(`/edit/${id}`)
    await page.getByLabel('Title', { exact: true }).fill('Mine', patience)
    const saved = await saveDraft(db, id, { video_title: 'Theirs', video_ranges: [range(2, 5)] }, { actor: 'bob' })
    assert.ok(isRight(saved))
    await sees('.overtaken', 'bob has changed ranges, title')
    await sees('.overtaken', 'Theirs')
    await click('Save as a draft')
    await sees('.trouble', 'somebody was faster')
    assert.equal((await rowOf(db, id)).version, 3)
    await click(/^Keep mine/)
    await click('Save as a draft')
    await sees('.desk [role=status]', 'Saved')
    const { data } = await happened(db, id, 'DraftSaved')
    assert.deepEqual(
      [(data as { edit: Draft }).edit.video_title, (data as { edit: Draft }).edit.video_ranges],
      ['Fest - Mine', [range(1, 4)]],
    )
  })

  it('previews a cut by jumping over what is between the ranges', async () => {
    const { page } = desk
    const id = await drafted([
      [2, 4],
      [14, 16],
    ])
    await desk.visit(`/videos/${id}`)
    await click('Preview the cut')
    await page.locator('.preview video').waitFor(patience)
    await page.evaluate(`{
      const video = document.querySelector('.preview video')
      window.seen = []
      new MutationObserver(() => window.seen.push(Number(video.dataset.at))).observe(video, { attributeFilter: ['data-at'] })
      video.muted = true
    }`)
    await click('Play the cut')
    await page.locator('.preview video[data-over=true]').waitFor(patience)
    const seen = await page.evaluate<number[]>('window.seen')
    const [, begin] = [0, Date.parse(range(0, 1)[0])]
    const seconds = seen.map((ms) => (ms - begin) / 1000)
    const of = (from: number, to: number) => seconds.filter((at) => at >= from && at < to).length
    assert.ok(of(2, 4) > 0, `of the first range pictures were shown: ${seconds.join(' ')}`)
    assert.ok(of(14, 16) > 0, `of the second, too: ${seconds.join(' ')}`)
    assert.equal(of(5, 13), 0, `but nothing of what is between: ${seconds.join(' ')}`)
    await sees('.preview output', 'Range 2 of 2')
  })

  it('takes the picture that is shown for the thumbnail, and shows it', async () => {
    const { page, db } = desk
    const id = await drafted([[1, 4]])
    await desk.visit(`/edit/${id}`)
    await page.locator('.desk-player video[data-at^="1"]').waitFor(patience)
    await page.locator('#main').focus()
    const at = await press(page, 'ArrowRight', 3)
    await page.keyboard.press('t')
    const thumbnail = page.getByRole('img', { name: 'The thumbnail as it would be' })
    await thumbnail.waitFor(patience)
    const wide = `{ const image = document.querySelector('img.thumbnail'); image.decode().then(() => image.naturalWidth) }`
    assert.equal(await page.evaluate(wide), 640)
    await click('Save as a draft')
    await sees('.desk [role=status]', 'Saved')
    const { edit } = (await happened(db, id, 'DraftSaved')).data as { edit: Draft }
    assert.deepEqual(
      [edit.thumbnail_mode, edit.thumbnail_time],
      ['BARE', new Date(Math.floor(at + 0.05)).toISOString()],
    )
  })

  it('asks to sign in where saving needs it, says of a key that it is none or revoked, and loses nothing of the edit', async () => {
    const { page, db } = desk
    const id = await drafted([[1, 4]])
    await desk.visit(`/edit/${id}`, null)
    await page.getByLabel('Title', { exact: true }).fill('Not signed in', patience)
    await click('Save as a draft')
    await sees('.sign-in', 'nobody can sign in here: set sign_in.audience')
    const key = page.getByLabel('API key or ID token')
    await key.fill(`rk_${'A'.repeat(43)}`)
    await page.locator('.sign-in').getByRole('button', { name: 'Sign in' }).click()
    await sees('.sign-in [role=alert]', /there is no such key|neither an ID token nor a key/)
    await key.fill(desk.secret)
    await page.locator('.sign-in').getByRole('button', { name: 'Sign in' }).click()
    await sees('.who', 'key ann')
    assert.equal(await page.evaluate(`localStorage.getItem('reelstate.credential')`), null)
    await click('Save as a draft')
    await sees('.desk [role=status]', 'Saved')
    const { data, actor } = await happened(db, id, 'DraftSaved')
    assert.deepEqual([(data as { edit: Draft }).edit.video_title, actor], ['Fest - Not signed in', 'key ann'])
  })

  it('can be used by everybody, and on a phone', async () => {
    const { page, db } = desk
    const id = await drafted([
      [1, 4],
      [19, 23],
    ])
    const locked = await newVideo(db)
    await edited(db, locked, { upload_location: 'slow', video_ranges: [range(0, 1)] })
    for (const [scheme, path] of [
      ['light', `/edit/${id}`],
      ['dark', `/edit/${id}`],
      ['dark', `/edit/${locked}`],
      ['dark', '/edit'],
    ] as const) {
      await page.emulateMedia({ colorScheme: scheme })
      await desk.visit(path)
      await page.locator('.desk-player video[data-at^="1"]').waitFor(patience)
      const closing = await page.locator('.closing').boundingBox()
      assert.ok(closing !== null && closing.y + closing.height <= 720, 'what submits it is seen without scrolling')
      const { violations } = await new AxeBuilder({ page }).analyze()
      const found = violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id} ${html.slice(0, 160)}`))
      assert.deepEqual([path, found], [path, []])
    }
    await page.setViewportSize({ width: 390, height: 844 })
    await desk.visit(`/edit/${id}`)
    await page.locator('.range-list li').first().waitFor(patience)
    const wide = Number(await page.evaluate('document.documentElement.scrollWidth'))
    assert.ok(wide <= 390, `it is ${wide} wide`)
    await page.setViewportSize({ width: 1280, height: 720 })
  })
})
