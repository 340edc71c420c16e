/** A headless Chromium for specs that look at what people see. */
import { type BrowserContextOptions, chromium, type Page } from 'playwright-core'

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

/** A new page in a browser of its own; it goes with the page. The browser is Debian's, or the one at CHROMIUM_PATH. */
export async function openPage(
  options: Pick<
    BrowserContextOptions,
    'colorScheme' | 'timezoneId' | 'viewport' | 'hasTouch' | 'reducedMotion' | 'extraHTTPHeaders'
  > = {},
): Promise<OpenPage> {
  const browser = await chromium.launch({ executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium', args })
  const context = await browser.newContext({ viewport: { width: 1400, height: 1000 }, ...options })
  const page = await context.newPage()
  return { page, [Symbol.asyncDispose]: () => browser.close() }
}
