/** What specs of the console share. */
import type { Page } from 'playwright-core'

/** Collects what the page's scripts and its rules of content complain of. */
export function watchComplaints(page: Page): string[] {
  const complaints: string[] = []
  page.on('pageerror', (error) => complaints.push(error.message))
  page.on('console', (message) => {
    // a node that does not know the past answers that there is nothing, which the page takes
    if (/\/at\/\d+$/.test(message.location().url)) return
    if (message.type() === 'error') complaints.push(message.text())
  })
  return complaints
}
