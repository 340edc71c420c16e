/**
 * `npm run screenshots`: pictures of each page of the console, into docs/images. A real node's server over a real database with synthetic
 * videos; to be looked at by whoever changes a page. Arguments: only the pictures of these names.
 */
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Page } from 'playwright-core'
import { openWorkplace, type Workplace } from '../http/workplace.js'
import { openPage } from '../support/browser.js'
import { liveInEveryState, offerLocations } from './everyState.js'

const folder = fileURLToPath(new URL('../../docs/images', import.meta.url))

interface Picture {
  readonly name: string
  readonly path: string
  /** What has to be seen before. */
  readonly ready: string
  readonly colours?: 'light' | 'dark'
  readonly size?: readonly [width: number, height: number]
  /** All of the page, however long it is. */
  readonly whole?: true
  readonly prepare?: (page: Page, place: Workplace) => Promise<unknown>
}

const cuts = '.cuts li'
const pictures: readonly Picture[] = [
  { name: 'board', path: '/', ready: cuts },
  { name: 'board-dark', path: '/', ready: cuts, colours: 'dark' },
  { name: 'board-phone', path: '/', ready: cuts, size: [390, 844], whole: true },
  { name: 'videos', path: '/videos', ready: '.video-rows li' },
  { name: 'videos-dark', path: '/videos?state=EDITED', ready: '.video-rows li', colours: 'dark' },
  { name: 'videos-phone', path: '/videos', ready: '.video-rows li', size: [390, 844] },
  { name: 'video', path: '/videos/bus000021', ready: '.chart .lit-here', whole: true },
  { name: 'video-then', path: '/videos/bus000021#v=3', ready: '.scrubber .past', colours: 'dark' },
  { name: 'video-phone', path: '/videos/bus000021', ready: '.moment dd', size: [390, 844], whole: true },
  { name: 'attention', path: '/attention', ready: '.attention-row', whole: true },
  { name: 'locations', path: '/locations', ready: 'td' },
  { name: 'keys', path: '/', ready: cuts, prepare: (page) => page.keyboard.press('?') },
]

const place = await openWorkplace({ node: 'node-berlin', version: '0.1.0' })
try {
  await mkdir(folder, { recursive: true })
  const noteCuts = await liveInEveryState(place.db)
  await offerLocations(place.db)
  const wanted = process.argv.slice(2)
  for (const picture of pictures) {
    if (wanted.length > 0 && !wanted.includes(picture.name)) continue
    await noteCuts()
    await take(place, picture)
  }
  if (wanted.length === 0 || wanted.includes('cut-off')) await takeCutOff(place)
  if (wanted.length === 0 || wanted.includes('all-well')) await takeEmpty()
} finally {
  await place[Symbol.asyncDispose]()
}

async function take(place: Workplace, picture: Picture): Promise<void> {
  const { path, ready, colours = 'light', size: [width, height] = [1280, 720], prepare } = picture
  await using browser = await openPage({ colorScheme: colours, viewport: { width, height } })
  const { page } = browser
  await page.goto(`${place.url}${path}`)
  await page.locator('[data-standing]:not(.connecting)').waitFor()
  await page.locator(ready).first().waitFor()
  if (path === '/') await page.locator('.chart').waitFor()
  await prepare?.(page, place)
  await save(page, picture)
}

/** What is shown while the node is away. */
async function takeCutOff(place: Workplace): Promise<void> {
  const own = await place.serve()
  await using browser = await openPage({ viewport: { width: 1280, height: 720 } })
  await browser.page.goto(own.url)
  await browser.page.locator(cuts).first().waitFor()
  await own.close()
  await browser.page.locator('.cut-off[role=alert]').waitFor()
  await save(browser.page, { name: 'cut-off' })
}

/** Where nothing needs anybody. */
async function takeEmpty(): Promise<void> {
  await using place = await openWorkplace()
  await using browser = await openPage({ viewport: { width: 1280, height: 720 } })
  await browser.page.goto(`${place.url}/attention`)
  await browser.page.locator('.all-well').waitFor()
  await save(browser.page, { name: 'all-well' })
}

async function save(page: Page, { name, whole }: Pick<Picture, 'name' | 'whole'>): Promise<void> {
  const file = join(folder, `console-${name}.png`)
  await page.screenshot({ path: file, fullPage: whole === true, animations: 'disabled' })
  process.stderr.write(`${file}\n`)
}
