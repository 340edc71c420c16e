/** A real node over real footage, and a page of its console, for specs of the edit. */
import assert from 'node:assert/strict'
import { rm } from 'node:fs/promises'
import { isLeft } from 'fp-ts/lib/Either.js'
import type { Page } from 'playwright-core'
import { addKey } from '../../src/log/keys.js'
import { openPage } from '../support/browser.js'
import { testLog } from '../support/log.js'
import { Machine } from '../support/node.js'
import { ownFootage, range } from '../support/nodeFootage.js'
import { watchComplaints } from './page.js'

export const patience = { timeout: 60_000 }

export type Desk = Awaited<ReturnType<typeof openDesk>>

/** Its only channel, `camera`, has half a minute of footage in `segments`, but for two seconds from the twentieth on. */
export async function openDesk() {
  const log = await testLog()
  const { root, paths } = await ownFootage()
  await rm(paths[10] ?? assert.fail('nothing was recorded'))
  const machine = await Machine.make(log.url, {
    segments: root,
    more: { editing: { title_prefix: 'Fest', description_footer: 'Made by hand' } },
  })
  const node = await machine.serve()
  const browser = await openPage({ viewport: { width: 1280, height: 720 }, colorScheme: 'dark' })
  const { page } = browser
  page.setDefaultTimeout(patience.timeout)
  const made = await addKey(log.db, 'ann', ['editor'], {})
  const secret = isLeft(made) ? assert.fail(JSON.stringify(made.left)) : made.right.secret
  await page.goto(`${node.url}/edit`)
  return {
    ...{ db: log.db, url: node.url, segments: paths, page, secret, complaints: watchComplaints(page) },
    /** Opens a page as whoever has `credential`; null: as nobody. */
    async visit(path: string, credential: string | null = secret): Promise<void> {
      const change = credential === null ? 'removeItem(name)' : `setItem(name, ${JSON.stringify(credential)})`
      await page.evaluate(`{ const name = 'reelstate.credential'; sessionStorage.${change} }`)
      await page.goto(`${node.url}${path}`)
    },
    async [Symbol.asyncDispose]() {
      await browser[Symbol.asyncDispose]()
      await node.end('SIGTERM')
      await machine[Symbol.asyncDispose]()
      await log.close()
    },
  }
}

/** As people read it, of so many seconds of the footage. */
export const clockAt = (seconds: number): string =>
  (range(seconds, seconds + 1)[0] ?? '').slice(0, 23).replace('T', ' ')

const shownAt = async (page: Page): Promise<string> =>
  (await page.locator('.desk-player video').getAttribute('data-at')) ?? ''

/** Waits until the player shows another picture than before. @returns which. */
export async function press(page: Page, key: string, times = 1): Promise<number> {
  let at = await shownAt(page)
  for (let i = 0; i < times; i++) {
    await page.keyboard.press(key)
    const before = at
    await page.locator(`.desk-player video:not([data-at="${before}"])`).waitFor(patience)
    at = await shownAt(page)
  }
  return Number(at)
}

/** Shows the footage from a time on, and waits for its first picture. */
export async function lookAt(page: Page, seconds: number): Promise<void> {
  const from = page.getByLabel('From (UTC)')
  await from.fill(clockAt(seconds), patience)
  await from.press('Enter')
  await page.locator('.desk-player video[data-at^="1"]').waitFor(patience)
  await page.locator('#main').focus()
}

export async function fillIn(page: Page, over: Readonly<Record<string, string>> = {}): Promise<void> {
  const texts = { Title: 'The raffle', Description: 'Won by nobody', ...over }
  for (const [label, text] of Object.entries(texts)) await page.getByLabel(label, { exact: true }).fill(text, patience)
  await page.getByLabel('Location', { exact: true }).selectOption('local')
}
