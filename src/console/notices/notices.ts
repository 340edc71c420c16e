/** Notifications of the browser, for whoever has asked for them: that a video needs a person, and a click that leads there. */
import { type NeedsPerson, needsPerson } from '../../../machines/needsPerson.js'
import type { ShownEvent } from '../../http/feed.js'
import { pathOfVideo } from '../components/VideoLink.js'
import { topOf } from '../machine.js'
import { setting } from '../settings/setting.js'
import { needsOf, nothingTold, type Told, toldOf } from './needs.js'

export const notices = setting('notices', ['off', 'on'])

const key = 'reelstate.told'

/** Why this browser shows none, in words for a person; null where it would. */
export function whyNot(): string | null {
  if (!isSecureContext) return 'a browser shows notifications of pages that come by https only'
  if (!('Notification' in window)) return 'this browser has no notifications'
  return Notification.permission === 'denied' ? 'the browser’s settings refuse notifications of this page' : null
}

/** Asks the browser, which asks the person. What has happened until `last` is not told. @returns why it can't be. */
export async function turnOn(last: string | null): Promise<string | null> {
  const impossible = whyNot()
  if (impossible !== null) return impossible
  const permission = await Notification.requestPermission()
  if (permission !== 'granted') return whyNot() ?? 'the browser was not allowed to'
  keep({ ...nothingTold, last })
  notices.set('on')
  return null
}

/**
 * Shows who needs a person newly among `events`. Two windows that are open look one after the other.
 * @param isNewLog whether these are the newest events of a log that the page has told nothing of yet.
 */
export async function tellOf(
  events: readonly ShownEvent[],
  isError: (state: string) => boolean,
  open: (path: string) => void,
  isNewLog: boolean,
): Promise<void> {
  if (notices.get() === 'off' || whyNot() !== null || Notification.permission !== 'granted') return
  await navigator.locks.request(key, () => {
    const { needs, told } = needsOf(events, isNewLog ? toldOf(events, kept()) : kept(), isError)
    keep(told)
    for (const event of needs) show(event, open)
  })
}

const beside: Readonly<Record<NeedsPerson, string>> = {
  Warned: 'There is a warning',
  OrphanFound: 'Something of it is left behind at a destination',
}

function show({ video, title, state, type }: ShownEvent, open: (path: string) => void): void {
  if (video === null) return
  const is = needsPerson(type) ? beside[type] : `It is ${topOf(state)} since ${type}`
  const told = new Notification(`${title ?? video} needs a person`, {
    body: `${is}. Click to see why, and what can be done.`,
    tag: `${video} ${needsPerson(type) ? type : topOf(state)}`,
  })
  told.addEventListener('click', () => {
    focus()
    open(pathOfVideo(video))
    told.close()
  })
}

function kept(): Told {
  try {
    const told = JSON.parse(localStorage.getItem(key) ?? 'null') as Told | null
    return told ?? nothingTold
  } catch {
    return nothingTold
  }
}

function keep(told: Told): void {
  try {
    localStorage.setItem(key, JSON.stringify(told))
  } catch {
    // a browser that keeps nothing tells again after the page is loaded anew
  }
}
