/** What a board costs that is left open while much happens: the page's heap after a collection, and its nodes. */
import { isLeft } from 'fp-ts/lib/Either.js'
import { setTimeout as delay } from 'node:timers/promises'
import type { DataOf, EventType } from '../../machines/events.js'
import { edit, source } from '../../spec/support/moment.js'
import { act } from '../../src/log/act.js'
import type { Db } from '../../src/log/database.js'
import { type Figure, figure } from '../figure.js'
import type { Place } from './looks.js'

const A_SECOND = 20
const VIDEOS = 60
const SAMPLES_A_MINUTE = 6

interface Sample {
  readonly seconds: number
  readonly mebibytes: number
  readonly nodes: number
  readonly listeners: number
}

export async function watchMemory({ url, db, page, signal }: Place, seconds: number): Promise<Figure[]> {
  await page.goto(url)
  await page.locator('[data-state=DONE].occupied').first().waitFor()
  const tools = await page.context().newCDPSession(page)
  const begunMs = performance.now()
  const look = async (): Promise<Sample> => {
    await tools.send('HeapProfiler.collectGarbage')
    const { usedSize } = await tools.send('Runtime.getHeapUsage')
    const { nodes, jsEventListeners } = await tools.send('Memory.getDOMCounters')
    const mebibytes = usedSize / 1024 / 1024
    return { seconds: (performance.now() - begunMs) / 1000, mebibytes, nodes, listeners: jsEventListeners }
  }
  const over = new AbortController()
  const until = AbortSignal.any([over.signal, signal])
  const happening = happen(db, until)
  const samples: Sample[] = []
  try {
    while (performance.now() - begunMs < seconds * 1000) {
      await delay(60_000 / SAMPLES_A_MINUTE, undefined, { signal })
      samples.push(await look())
    }
  } finally {
    over.abort()
  }
  const events = await happening
  const ran = (performance.now() - begunMs) / 1000
  const span = Math.min(60, seconds / 3)
  const first = samples.filter((one) => one.seconds <= span + 60 / SAMPLES_A_MINUTE)
  const last = samples.filter((one) => one.seconds > seconds - span)
  const of = (some: readonly Sample[], what: 'mebibytes' | 'nodes' | 'listeners') => some.map((one) => one[what])
  const growth = (what: 'mebibytes' | 'nodes' | 'listeners') => median(of(last, what)) - median(of(first, what))
  return [
    figure('events while the memory was watched', 'a second', [events / ran], `${A_SECOND}`),
    figure('heap of the page in the first minute', 'MiB', of(first, 'mebibytes')),
    figure('heap of the page in the last minute', 'MiB', of(last, 'mebibytes')),
    figure('heap of the page, how much it has grown', 'MiB', [growth('mebibytes')], '≤ 1'),
    figure('nodes of the page in the first minute', '', of(first, 'nodes')),
    figure('nodes of the page in the last minute', '', of(last, 'nodes')),
    figure('listeners of the page, how many more', '', [growth('listeners')], '0'),
  ]
}

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? NaN

/** Drafts, edits that no node takes, and resets, by turns. @returns how many there were. */
async function happen(db: Db, signal: AbortSignal): Promise<number> {
  let events = 0
  const begunMs = performance.now()
  const say = async <T extends EventType>(id: string, type: T, data: DataOf<T>): Promise<void> => {
    const acted = await act(db, id, { type, data: () => data, by: { actor: 'ana' } })
    if (isLeft(acted)) throw new Error(`${type} of ${id}: ${JSON.stringify(acted.left)}`)
    events++
    const aheadMs = (events * 1000) / A_SECOND - (performance.now() - begunMs)
    await delay(Math.max(0, aheadMs), undefined, { signal }).catch(() => undefined)
  }
  const ids = Array.from({ length: VIDEOS }, (_, n) => `watched-${n}`)
  for (const id of ids) if (!signal.aborted) await say(id, 'Created', { source })
  for (let n = 0; !signal.aborted; n++) {
    const id = ids[n % VIDEOS] ?? ''
    const turn = Math.floor(n / VIDEOS) % 3
    if (turn === 0) await say(id, 'DraftSaved', { edit: { video_title: `Draft ${n}` } })
    else if (turn === 1) await say(id, 'Edited', { edit: { ...edit, uploader_whitelist: ['nobody'] } })
    else await say(id, 'Reset', { force: false, reason: null })
  }
  return events
}
