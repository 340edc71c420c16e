/** What specs of the console share. */
import type { Page } from 'playwright-core'

/** Collects what the page's scripts and its rules of content complain of. */
export function watchComplaints(page: Page): string[] {
  const complaints: string[] = []
  page.on('pageerror', (error) => complaints.push(error.message))
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text())
  })
  return complaints
}
