/** Whether a long history scrolls smoothly: how long each frame took while it moved. */
import { type Figure, figure } from '../figure.js'
import type { Place } from './looks.js'

const SECONDS = 6
const LONG_MS = 50

/** Script: scrolls what in the page can be scrolled furthest, `share` of its way down and up again; the milliseconds between its frames. */
const scroll = (share: number): string => `new Promise((resolve) => {
  const room = (element) => element.scrollHeight - element.clientHeight
  const all = [document.scrollingElement, ...document.querySelectorAll('main *')]
  const frame = all.filter((element) => ['auto', 'scroll'].includes(getComputedStyle(element).overflowY) || element === all[0])
    .reduce((most, element) => room(element) > room(most) ? element : most)
  const way = room(frame) * ${share}
  const begun = performance.now()
  const frames = []
  let before = null
  const step = (now) => {
    if (before !== null) frames.push(now - before)
    before = now
    const done = (now - begun) / ${SECONDS * 1000}
    frame.scrollTop = way * (done < 0.5 ? 2 * done : 2 - 2 * done)
    if (done < 1) requestAnimationFrame(step)
    else resolve({ frames, way })
  }
  requestAnimationFrame(step)
})`

/** @param events so many of the `all` that the video has. */
export async function scrolling(
  { url, page, signal }: Place,
  video: string,
  { events, all }: { readonly events: number; readonly all: number },
): Promise<Figure[]> {
  signal.throwIfAborted()
  await page.goto(`${url}/videos/${video}`)
  await page.locator('.event-line .what').first().waitFor()
  const { frames, way } = await page.evaluate<{ frames: number[]; way: number }>(scroll(events / all))
  // it comes to rest where it began: what was passed too quickly to be loaded there is loaded in the end
  await page.locator('.event-line .what').first().waitFor()
  const sorted = frames.toSorted((a, b) => a - b)
  const many = events.toLocaleString('en')
  return [
    figure(`a frame while ${many} events scroll`, 'ms', frames, '≤ 17'),
    figure('95 of 100 such frames took at most', 'ms', [sorted[Math.floor(sorted.length * 0.95)] ?? NaN], '≤ 34'),
    figure(
      `such frames of more than ${LONG_MS} ms`,
      'of 100',
      [(100 * frames.filter((ms) => ms > LONG_MS).length) / frames.length],
      '≤ 1',
    ),
    figure('what was scrolled, there and back', 'px', [way]),
  ]
}
