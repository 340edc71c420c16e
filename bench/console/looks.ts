/** How long it takes until what somebody asks for is seen. The page's own clock counts, up to the frame that shows it. */
import type { Page } from 'playwright-core'
import type { Db } from '../../src/log/database.js'
import { type Figure, figure } from '../figure.js'
import { ask } from '../http/measure.js'

export interface Place {
  /** Of the node. */
  readonly url: string
  readonly db: Db
  /** Of a browser of its own. */
  readonly page: Page
  readonly repeats: number
  readonly signal: AbortSignal
}

/** Script: after `act` milliseconds until there is an element `selector`, and a frame that shows it. */
const untilSeen = (selector: string, act: string): string => `new Promise((resolve) => {
  const from = performance.now()
  const look = () => {
    if (document.querySelector(${JSON.stringify(selector)}) === null) return
    looking.disconnect()
    requestAnimationFrame(() => resolve(performance.now() - from))
  }
  const looking = new MutationObserver(look)
  looking.observe(document, { subtree: true, childList: true, attributes: true })
  ${act}
  look()
})`

const board = '[data-state=DONE].occupied'
const aVideo = 'main a[href^="/videos/"]'

/** Of somebody who has never been there: nothing is in the browser's cache. */
export async function firstViews({ url, page, repeats, signal }: Place): Promise<Figure[]> {
  const figures: Figure[] = []
  for (const [path, name, selector] of [
    ['/', 'the board', board],
    ['/videos', 'the list', aVideo],
    ['/attention', 'what needs a person', aVideo],
  ] as const) {
    const took: number[] = []
    const worked: number[] = []
    for (let n = 0; n <= repeats; n++) {
      signal.throwIfAborted()
      const context = await page
        .context()
        .browser()
        ?.newContext({ viewport: { width: 1280, height: 720 } })
      if (context === undefined) throw new Error('the browser is gone')
      const fresh = await context.newPage()
      // from the beginning of the page's clock, which is that of the navigation
      await fresh.addInitScript(`window.seen = ${untilSeen(selector, '')}.then(() => performance.now())`)
      const tools = await context.newCDPSession(fresh)
      await tools.send('Performance.enable', { timeDomain: 'threadTicks' })
      await fresh.goto(url + path)
      const ms = Number(await fresh.evaluate('window.seen'))
      const { metrics } = await tools.send('Performance.getMetrics')
      await context.close()
      // the first starts the browser's processes
      if (n === 0) continue
      took.push(ms)
      worked.push(1000 * (metrics.find((one) => one.name === 'TaskDuration')?.value ?? NaN))
    }
    figures.push(
      figure(`first view of ${name}`, 'ms', took, '≤ 1500'),
      // whatever else the machine does
      figure(`first view of ${name}, processor time of the page`, 'ms', worked),
    )
  }
  return figures
}

interface Listed {
  readonly videos: readonly { readonly id: string }[]
}

/** In the list, which is filtered by its address. */
export async function filters({ url, page, repeats, signal }: Place): Promise<Figure[]> {
  const list = async (query: string) =>
    (JSON.parse((await ask(`${url}/api/videos?${query}`, { text: true })).text) as Listed).videos
  const all = new Set((await list('limit=100')).map(({ id }) => id))
  await page.goto(`${url}/videos`)
  await page.locator(aVideo).first().waitFor()
  const figures: Figure[] = []
  for (const query of ['state=FAILED', 'state=EDITED', 'state=MODIFIED', 'state=DONE&state=OUT_OF_SYNC']) {
    const api: number[] = []
    const seen: number[] = []
    const found = (await list(`${query}&limit=50`)).find(({ id }) => !all.has(id))
    for (let n = 0; n <= repeats; n++) {
      signal.throwIfAborted()
      const { ms } = await ask(`${url}/api/videos?${query}&limit=1000`)
      if (n > 0) api.push(ms)
      if (found === undefined || query.includes('&')) continue
      const go = (to: string): string => `history.pushState(null, '', '${to}')`
      const took = Number(await page.evaluate(untilSeen(`main a[href="/videos/${found.id}"]`, go(`/videos?${query}`))))
      if (n > 0) seen.push(took)
      // as if for the first time: what is kept of the answer is old after a while
      await page.goto(`${url}/videos`)
      await page.locator(aVideo).first().waitFor()
    }
    if (seen.length > 0) figures.push(figure(`the list filtered by ${query}`, 'ms', seen, '≤ 300'))
    figures.push(figure(`1,000 videos by ${query}, from the API`, 'ms', api, '≤ 300'))
  }
  for (const query of ['text=happens', 'text=v77']) {
    const api: number[] = []
    for (let n = 0; n <= repeats; n++) api.push((await ask(`${url}/api/videos?${query}&limit=100`)).ms)
    figures.push(figure(`100 videos by ${query}, from the API`, 'ms', api.slice(1), '≤ 300'))
  }
  return figures
}

/** The board at moments of the past, one after the other. */
export async function steps({ url, page, repeats, signal }: Place, hours: number): Promise<Figure[]> {
  const api: number[] = []
  for (let n = 0; n < repeats * 10; n++) {
    signal.throwIfAborted()
    const at = new Date(Date.now() - 3_600_000 * hours * ((n * 0.37 + 0.01) % 0.99)).toISOString()
    api.push((await ask(`${url}/api/board?at=${at}`)).ms)
  }
  const figures = [figure('a step back in time, from the API', 'ms', api, '≤ 500')]
  await page.goto(url)
  for (const there of [board, '.past-slider']) await page.locator(there).first().waitFor()
  await page.locator('.past-slider input').focus()
  const seen: number[] = []
  for (let n = 0; n <= repeats * 5; n++) {
    signal.throwIfAborted()
    await page.evaluate(nextStep)
    await page.keyboard.press('PageUp')
    const ms = Number(await page.evaluate('window.stepped'))
    // the first leads into the past
    if (n > 0) seen.push(ms)
  }
  return [...figures, figure('a step back in time, on the board', 'ms', seen, '≤ 500')]
}

/** A video with very many events as it was at some of them: at the last, which nobody has asked for, and then wherever. */
export async function versions({ url, repeats, signal }: Place, video: string, events: number): Promise<Figure[]> {
  const at = async (version: number): Promise<number> => (await ask(`${url}/api/videos/${video}/at/${version}`)).ms
  const first = await at(events)
  const next: number[] = []
  for (let n = 0; n < repeats * 10; n++) {
    signal.throwIfAborted()
    next.push(await at(1 + Math.floor(events * ((n * 0.37 + 0.01) % 0.99))))
  }
  const many = events.toLocaleString('en')
  return [
    figure(`event ${many} of a video, for the first time`, 'ms', [first]),
    figure(`any of ${many} events of a video, then`, 'ms', next, '≤ 500'),
  ]
}

/** Script: `stepped` are milliseconds from the next key until there is a board of another instant than before, and a frame that shows it. */
const nextStep = `{
  const shown = () => document.querySelector('.the-past')?.dataset.shown
  window.stepped = new Promise((resolve, reject) => addEventListener('keydown', () => {
    const from = performance.now()
    const before = shown()
    setTimeout(() => reject(new Error('the board stays as it is')), 30_000)
    const looking = new MutationObserver(() => {
      if (shown() === undefined || shown() === before) return
      looking.disconnect()
      requestAnimationFrame(() => resolve(performance.now() - from))
    })
    looking.observe(document, { subtree: true, childList: true, attributes: true })
  }, { once: true, capture: true }))
  // a promise that is the script's value would be waited for
  null
}`
