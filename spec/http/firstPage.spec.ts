import assert from 'node:assert/strict'
import { noteProgress } from '../../src/log/progress.js'
import { openPage } from '../support/browser.js'
import { openWorkplace } from './workplace.js'

describe('the first page', function () {
  this.timeout(60_000)

  it('shows counts, events and cuts as they happen, and says when it is cut off', async () => {
    await using place = await openWorkplace()
    await place.edited('one', 'A <b>title</b> & more')
    const own = await place.serve()
    await using browser = await openPage({ colorScheme: 'dark' })
    const { page } = browser
    const complaints: string[] = []
    page.on('pageerror', (error) => complaints.push(error.message))
    page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()))
    await page.goto(own.url)

    const count = (state: string) => page.locator(`#state-${state} .count`)
    const shows = async (selector: string, text: string) => {
      await page.locator(selector).filter({ hasText: text }).first().waitFor({ timeout: 15_000 })
    }
    await shows('#standing-text', 'live')
    await shows('#state-EDITED .count', '1')
    await shows('#events tr', 'A <b>title</b> & more')
    assert.equal(await page.locator('#events tr').count(), 2)

    await place.append('one', 'Claimed', { attempt: 'attempt-1', attempts_limit: 3, why: null })
    await shows('#state-CLAIMED .count', '1')
    assert.equal(await count('EDITED').textContent(), '')
    await shows('#events tr:first-child', 'Claimed')
    await shows('#events tr:first-child .chip.blue', 'CLAIMED')
    await shows('#announcement', 'Claimed, now CLAIMED')

    await noteProgress(place.db, 'one', { attempt: 'attempt-1', doneSeconds: 30, totalSeconds: 60, bytes: 1 })
    await shows('#cut-list li', '30.0 of 60.0 s on node-a')
    assert.deepEqual(complaints, [])

    await own.close()
    await shows('#standing-text', 'reconnecting…')
    await place.append('one', 'Reset', { force: false, reason: null })
    await place.serve({}, own.port)
    await shows('#standing-text', 'live')
    await shows('#events tr:first-child', 'Reset')
    await shows('#state-UNEDITED .count', '1')
    assert.equal(await page.locator('#events tr').count(), 4)
  })
})
