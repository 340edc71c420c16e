/** How a sentence about a video says when, and after what. */
import type { Because, Wait } from './why.js'

export const so = (wait: Wait, sentence: string, until: string | null = null): Because => ({ wait, sentence, until })

export const after = (error: string | null): string =>
  error === null || error === '' ? '' : `, after: ${withoutStop(error)}`

/** What stands within a sentence is on one line and has no full stop of its own. */
export const withoutStop = (text: string): string =>
  text
    .trim()
    .replace(/\s*\n\s*/g, '; ')
    .replace(/\.+$/, '')

/** Such as `12:03:10 UTC`, with the day where that is another one. */
export const clock = (at: string, now: string): string =>
  `${at.slice(0, 10) === now.slice(0, 10) ? '' : `${at.slice(0, 10)} `}${at.slice(11, 19)} UTC`
