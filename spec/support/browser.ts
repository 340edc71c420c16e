/** A headless Chromium for specs that look at what people see. */
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'

export interface OpenPage extends AsyncDisposable {
  readonly page: Page
}

const args = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
]

/** One for all specs of a process: starting it takes longer than most of them. Whatever a page keeps goes with its context. */
let shared: Promise<Browser> | null = null
const isShared = typeof after === 'function'
if (isShared) after(async () => (await shared)?.close())

/** Debian's, or the one at CHROMIUM_PATH. */
const launch = (): Promise<Browser> =>
  chromium.launch({ executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium', args })

async function browserOfAll(): Promise<Browser> {
  const running = await (shared ??= launch())
  return running.isConnected() ? running : (shared = launch())
}

/** A new page that nothing is kept of; outside of specs in a browser of its own, which goes with the page. */
export async function openPage(
  options: Pick<
    BrowserContextOptions,
    'colorScheme' | 'timezoneId' | 'viewport' | 'hasTouch' | 'reducedMotion' | 'extraHTTPHeaders'
  > = {},
): Promise<OpenPage> {
  const browser = isShared ? await browserOfAll() : await launch()
  const context = await browser.newContext({ viewport: { width: 1400, height: 1000 }, ...options })
  const page = await context.newPage()
  return { page, [Symbol.asyncDispose]: () => (isShared ? context.close() : browser.close()) }
}
