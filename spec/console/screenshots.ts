/**
 * `npm run screenshots`: pictures of each page of the console, into docs/images. A real node's server over a database with the demo's
 * made-up videos, so that they are what `reelstate demo` shows; to be looked at by whoever changes a page. Arguments: only the pictures
 * of these names.
 */
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Page } from 'playwright-core'
import { isLeft } from 'fp-ts/lib/Either.js'
import sharp from 'sharp'
import type { Draft } from '../../machines/edit.js'
import { liveIn } from '../../src/cli/demo/livedIn.js'
import { type DemoStream, prepareStream } from '../../src/cli/demo/stream.js'
import { countHours } from '../../src/log/boardHours.js'
import { createVideo, saveDraft } from '../../src/log/commands.js'
import { noteQuota } from '../../src/log/quota.js'
import { appear } from '../../src/service/presence.js'
import { quotaDay, quotaStandings } from '../../src/service/quota.js'
import { uploadMethod } from '../../src/upload/youtube/quota.js'
import { Covering } from '../../src/service/covering.js'
import { pagePaths, type PagePath } from '../../src/http/console/paths.js'
import { openWorkplace, type Workplace } from '../http/workplace.js'
import { openPage } from '../support/browser.js'

const folder = fileURLToPath(new URL('../../docs/images', import.meta.url))
const prefix = 'console-'
/** Whoever reads the docs loads all of a page's pictures at once. */
const mostBytes = 200_000
const patience = { timeout: 60_000 }
/** A page that is live never comes to rest; of one that has just got its answers this much is enough. */
const quietMs = 700

interface Picture {
  readonly name: string
  readonly path: string
  /** What has to be seen before, beside the page's own heading. */
  readonly ready?: string
  readonly colours?: 'light' | 'dark'
  readonly size?: readonly [width: number, height: number]
  readonly prepare?: (page: Page) => Promise<unknown>
}

const phone = [390, 844] as const
/** A video of the demo whose life had turns. */
const video = 'demo-birthday'
/** One that has footage. */
const cuttable = 'the-demo'
const chart = '.chart .occupied'
/** Of the footage, in the player. */
const shownPicture = '.desk-player video[data-at^="1"]'
const waveformIsThere = (page: Page) => page.locator('.strip img.waveform').waitFor(patience)

/** Only at what was recorded, which is short. */
async function lookCloser(page: Page): Promise<void> {
  const from = page.getByLabel('From (UTC)')
  await from.fill('2026-01-31 17:59:50.000')
  await from.press('Enter')
  await page.locator('.footage-fields select').last().selectOption('300000')
  await from.blur()
  await page.locator(shownPicture).waitFor(patience)
  await waveformIsThere(page)
}

/** Where a page is looked at otherwise than at its bare path, or more than once. Whatever page there is else has one picture. */
const special: Partial<Record<PagePath, readonly Picture[]>> = {
  '/': [
    { name: 'board', path: '/', ready: chart },
    { name: 'board-dark', path: '/', ready: chart, colours: 'dark' },
    { name: 'board-phone', path: '/', ready: chart, size: phone },
    { name: 'keys', path: '/', ready: chart, prepare: (page) => page.keyboard.press('?') },
  ],
  '/videos': [
    { name: 'videos', path: '/videos', ready: 'main a[href^="/videos/"]' },
    { name: 'videos-dark', path: '/videos?state=DONE', ready: 'main a[href^="/videos/"]', colours: 'dark' },
    { name: 'videos-phone', path: '/videos', ready: 'main a[href^="/videos/"]', size: phone },
  ],
  '/videos/:id': [
    { name: 'video', path: `/videos/${video}`, ready: '.chart .lit-here' },
    { name: 'video-then', path: `/videos/${video}#v=5`, ready: '.scrubber .past', colours: 'dark' },
    { name: 'video-phone', path: `/videos/${video}`, ready: '.moment dd', size: phone },
  ],
  // of a new video nothing is known yet: what was recorded last
  '/edit': [{ name: 'edit', path: '/edit', ready: shownPicture, prepare: waveformIsThere }],
  '/edit/:id': [
    {
      ...{ name: 'edit-video', path: `/edit/${cuttable}`, ready: shownPicture, prepare: lookCloser },
      // with all that there is to mark
      size: [1280, 1150],
    },
    {
      ...{ name: 'edit-video-dark', path: `/edit/${cuttable}`, colours: 'dark' },
      ...{ ready: shownPicture, prepare: lookCloser },
    },
  ],
  '/attention': [
    { name: 'attention', path: '/attention', ready: 'main a[href^="/videos/"]' },
    { name: 'attention-dark', path: '/attention', ready: 'main a[href^="/videos/"]', colours: 'dark' },
  ],
}

const nameOf = (path: string): string => path.slice(1).replaceAll(/\/?:/g, '-').replaceAll('/', '-')

const pictures: readonly Picture[] = pagePaths.flatMap(
  (path) => special[path] ?? [{ name: nameOf(path), path: path.replace(':id', video) }],
)

/** Script: until nothing but clocks has changed for a while. */
const quiet = `new Promise((resolve) => {
  const done = () => { looking.disconnect(); resolve() }
  let waiting = setTimeout(done, ${quietMs})
  const most = Date.now() + ${quietMs * 12}
  const looking = new MutationObserver((changes) => {
    if (Date.now() > most || changes.every(({ type }) => type === 'characterData')) return
    clearTimeout(waiting)
    waiting = setTimeout(done, ${quietMs})
  })
  looking.observe(document.querySelector('main'), { subtree: true, childList: true, characterData: true })
})`

const wanted = process.argv.slice(2)
const isWanted = (name: string): boolean => wanted.length === 0 || wanted.includes(name)
const known = [...pictures.map(({ name }) => name), 'cut-off', 'all-well']
for (const name of wanted)
  if (!known.includes(name)) throw new Error(`there is no picture ${name}; there are ${known.join(', ')}`)

await mkdir(folder, { recursive: true })
const missed: string[] = []
{
  const own = await mkdtemp(join(tmpdir(), 'reelstate-screenshots-'))
  const segments = join(own, 'segments')
  const stream = await footage(own, segments)
  await using place = await openWorkplace({
    ...{ node: 'demo', version: '0.1.0', isDemo: true, segments, temporary: own },
    quota: () => quotaStandings(place.db, {}, Date.now()),
  })
  const livedIn = await liveOn(place, segments, stream)
  try {
    for (const picture of pictures) if (isWanted(picture.name)) await take(place, picture)
    if (isWanted('cut-off')) await takeCutOff(place)
  } finally {
    await livedIn[Symbol.asyncDispose]()
    await rm(own, { recursive: true, force: true })
  }
}
if (isWanted('all-well')) await takeAllWell()
if (wanted.length === 0) await removeOthers()
if (missed.length > 0) process.stderr.write(`${missed.join('\n')}\n`)
// the database that specs would share goes with this process
process.exit(missed.length > 0 ? 1 : 0)

/** The demo's own stream, without which there is nothing to look at where people edit. */
function footage(data: string, root: string): Promise<DemoStream> {
  return prepareStream({
    ...{ source: undefined, data, root, signal: new AbortController().signal },
    onProgress: () => undefined,
    note: (line) => process.stderr.write(`${line}\n`),
  })
}

/** An edit as it is in the middle of the work: two ranges of which the second goes on beyond what was recorded. */
function halfDone({ channel, quality, firstMs }: DemoStream): Draft {
  const at = (seconds: number): string => new Date(firstMs + seconds * 1000).toISOString()
  return {
    video_channel: channel,
    video_quality: quality,
    upload_location: 'demo',
    video_title: 'A clock that sings, and how it ends',
    video_description: 'Eight tones and a running clock, from the first minute to the last.',
    video_tags: ['clock', 'song'],
    video_ranges: [
      [at(14), at(45.5)],
      [at(80), at(125)],
    ],
    video_transitions: [['fade', 0.5]],
  }
}

async function liveOn(place: Workplace, segments: string, stream: DemoStream): Promise<AsyncDisposable> {
  const { channel, firstMs } = stream
  const livedIn = await liveIn(place.databaseUrl, '0.1.0')
  if (typeof livedIn === 'string') throw new Error(livedIn)
  // what a node does by itself
  const locations = { demo: { type: 'local', cut: 'fast' } }
  const node = { name: 'demo', host: 'demo.example', pid: process.pid, version: '0.1.0', locations }
  const silent = { begun: () => undefined, over: () => undefined }
  const presence = await appear({
    ...{ url: place.databaseUrl, pulse: place.db, node: { ...node, channels: [channel] } },
    ...{ beating: silent, holding: silent },
  })
  const used = { [uploadMethod]: { calls: 41, units: 0 }, 'videos.list': { calls: 620, units: 620 } }
  const spent = { day: quotaDay(Date.now()), used: { ...used, 'thumbnails.set': { calls: 38, units: 1_900 } } }
  await noteQuota(place.db, 'demo-account', spent, 'demo-berlin')
  while (await countHours(place.db));
  const stopping = new AbortController().signal
  const covering = { db: place.db, node: 'demo', root: segments, everySeconds: 60, now: Date.now, stopping }
  await new Covering({ ...covering, warn: () => undefined }).round()
  const moment = { description: 'The demo’s own stream', event_start: new Date(firstMs + 14_000).toISOString() }
  await createVideo(place.db, cuttable, moment, { actor: 'demo-ana' })
  const saved = await saveDraft(place.db, cuttable, halfDone(stream), { actor: 'demo-ana' })
  if (isLeft(saved)) throw new Error(JSON.stringify(saved.left))
  return {
    async [Symbol.asyncDispose]() {
      await presence.leave()
      await livedIn[Symbol.asyncDispose]()
    },
  }
}

/** A page that isn't as it is expected is taken all the same, and told of in the end: the others are wanted, too. */
async function take(place: Workplace, picture: Picture): Promise<void> {
  const { name, path, ready, colours = 'light', size: [width, height] = [1280, 720], prepare } = picture
  await using browser = await openPage({ colorScheme: colours, viewport: { width, height }, reducedMotion: 'reduce' })
  const { page } = browser
  await page.goto(`${place.url}${path}`)
  try {
    await page.locator('[data-standing]:not(.connecting)').waitFor(patience)
    await page
      .locator('main h1')
      .first()
      .waitFor({ ...patience, state: 'attached' })
    if (ready !== undefined) await page.locator(ready).first().waitFor(patience)
    await prepare?.(page)
    await page.evaluate(quiet)
  } catch (error) {
    missed.push(`${name}: ${error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error)}`)
  }
  await save(page, name)
}

/** What is shown while the node is away. */
async function takeCutOff(place: Workplace): Promise<void> {
  const own = await place.serve()
  await using browser = await openPage({ viewport: { width: 1280, height: 720 }, reducedMotion: 'reduce' })
  await browser.page.goto(own.url)
  await browser.page.locator(chart).first().waitFor(patience)
  await own.close()
  await browser.page.locator('.cut-off[role=alert]').waitFor(patience)
  await save(browser.page, 'cut-off')
}

/** Where nothing needs anybody. */
async function takeAllWell(): Promise<void> {
  await using place = await openWorkplace()
  await using browser = await openPage({ viewport: { width: 1280, height: 720 } })
  await browser.page.goto(`${place.url}/attention`)
  await browser.page.locator('.standing.well').waitFor(patience)
  await browser.page.evaluate(quiet)
  await save(browser.page, 'all-well')
}

/** With a palette, as small as that makes it: what has flat colours is hardly any different. @throws Error where it stays too large. */
async function save(page: Page, name: string): Promise<void> {
  const taken = await page.screenshot({ animations: 'disabled', caret: 'hide' })
  const small = await sharp(taken).png({ palette: true, quality: 90, effort: 8, compressionLevel: 9 }).toBuffer()
  if (small.length > mostBytes) throw new Error(`${name} has ${small.length} bytes; at most ${mostBytes} are allowed`)
  const file = join(folder, `${prefix}${name}.png`)
  await writeFile(file, small)
  process.stderr.write(`${file} ${Math.round(small.length / 1000)} kB\n`)
}

/** Of pages that are gone. */
async function removeOthers(): Promise<void> {
  const names = new Set(known.map((name) => `${prefix}${name}.png`))
  for (const file of await readdir(folder))
    if (file.startsWith(prefix) && file.endsWith('.png') && !names.has(file)) await rm(join(folder, file))
}
